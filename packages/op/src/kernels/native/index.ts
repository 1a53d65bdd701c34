import type { NativeKernels } from "@kwta/backend";

const FILES = ["gate.cc", "kwta.cc", "network.cc", "pass.h", "rows.h", "select.cc", "select.h"];

// Apart from its use, so that bundlers of pages do not take C++ for files of the page.
const HERE = import.meta.url;

/** `Kwta`, `KwtaGrad` and `KwtaGateGrad` in C++; see the kernels on typed arrays for what they compute. */
export const nativeKernels: NativeKernels = {
  headers: 1,
  sources: FILES.map((file) => new URL(`../../../native/${file}`, HERE)),
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
