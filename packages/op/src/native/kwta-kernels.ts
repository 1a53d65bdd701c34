import type { NativeKernels } from "./native-kernel.ts";

const FILES = ["gate.cc", "kwta.cc", "pass.h", "rows.h", "select.cc", "select.h"];

/** `Kwta`, `KwtaGrad` and `KwtaGateGrad` in C++; see the kernels on typed arrays for what they compute. */
export const kwtaNativeKernels: NativeKernels = {
  sources: FILES.map((file) => new URL(`../../native/${file}`, import.meta.url)),
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
