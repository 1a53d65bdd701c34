import type { NativeKernels } from "@kwta/backend";

const FILES = [
  "choosable.h",
  "gate.cc",
  "gate.h",
  "kwta.cc",
  "network-break-relu.cc",
  "network-kwta.cc",
  "network-lwta.cc",
  "network-mean-sparse.cc",
  "network-statistical-top-k.cc",
  "pass.h",
  "rows.h",
  "select.cc",
  "select.h",
];

// Apart from its use, so that bundlers of pages do not take C++ for files of the page.
const HERE = import.meta.url;

/**
 * `Kwta`, `KwtaGrad` and `KwtaGateGrad` in C++; see the kernels on typed arrays for what they compute. And activations of networks
 * in one call.
 */
export const nativeKernels: NativeKernels = {
  headers: 2,
  sources: FILES.map((file) => new URL(`../../../native/${file}`, HERE)),
  activations: ["kwta", "lwta", "break-relu", "mean-sparse", "statistical-top-k"],
  kernels: [
    {
      kernelName: "Kwta",
      inputNames: ["x"],
      opName: "Kwta",
      outputs: 2,
      attributes: ({ k }) => [{ name: "k", type: "int", value: k as number }],
    },
    {
      kernelName: "KwtaGrad",
      inputNames: ["dy", "x", "threshold"],
      opName: "KwtaGrad",
      outputs: 1,
    },
    {
      kernelName: "KwtaGateGrad",
      inputNames: ["dy", "x", "threshold"],
      opName: "KwtaGateGrad",
      outputs: 1,
      attributes: ({ temperature }) => [{ name: "temperature", type: "float", value: temperature as number }],
    },
  ],
};
