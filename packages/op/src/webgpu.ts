import { breakReluPassKernel } from "./webgpu/break-relu-pass-kernel.ts";
import { kwtaGateGradKernel } from "./webgpu/kwta-gate-grad-kernel.ts";
import { kwtaGradKernel } from "./webgpu/kwta-grad-kernel.ts";
import { kwtaKernel } from "./webgpu/kwta-kernel.ts";
import type { WebgpuKernel } from "./webgpu/webgpu-kernel.ts";

export type { WebgpuKernel } from "./webgpu/webgpu-kernel.ts";

/**
 * `Kwta`, `KwtaGrad`, `KwtaGateGrad` and `BreakReluPass` in WGSL, for GPUs; LWTA goes through the first two there. Once a host has
 * registered them, the functions of this package use them on that backend. What is still composed there (the gate's gradients of
 * LWTA and of the broken ReLU, and max pooling by groups) may take numbers below 2^-126 for 0, as WGSL allows.
 */
export const webgpuKernels: readonly WebgpuKernel[] = [
  kwtaKernel,
  kwtaGradKernel,
  kwtaGateGradKernel,
  breakReluPassKernel,
];
