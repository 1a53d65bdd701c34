import type { WebgpuKernel } from "@kwta/backend";
import { breakReluPassKernel } from "./break-relu-pass-kernel.ts";
import { kwtaGateGradKernel } from "./kwta-gate-grad-kernel.ts";
import { kwtaGradKernel } from "./kwta-grad-kernel.ts";
import { kwtaKernel } from "./kwta-kernel.ts";

/**
 * `Kwta`, `KwtaGrad`, `KwtaGateGrad` and `BreakReluPass` in WGSL, for GPUs; LWTA goes through the first two there. What is still
 * composed there (the gate's gradients of LWTA and of the broken ReLU, and max pooling by groups) may take numbers below 2^-126
 * for 0, as WGSL allows.
 */
export const webgpuKernels: readonly WebgpuKernel[] = [
  kwtaKernel,
  kwtaGradKernel,
  kwtaGateGradKernel,
  breakReluPassKernel,
];
