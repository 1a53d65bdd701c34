import { breakReluPassKernel } from "./kernels/break-relu-pass-kernel.ts";
import { kwtaGateGradKernel } from "./kernels/kwta-gate-grad-kernel.ts";
import { kwtaGradKernel } from "./kernels/kwta-grad-kernel.ts";
import { kwtaKernel } from "./kernels/kwta-kernel.ts";
import { lwtaGateGradKernel } from "./kernels/lwta-gate-grad-kernel.ts";
import { lwtaPassKernel } from "./kernels/lwta-pass-kernel.ts";
import { maxPoolGroupsGradKernel } from "./kernels/max-pool-groups-grad-kernel.ts";
import type { TypedArrayKernel } from "./kernels/typed-array-kernel.ts";

export type { TypedArrayKernel } from "./kernels/typed-array-kernel.ts";

/**
 * The kernels of this package on plain arrays. Once a host has registered them for a backend, the functions of this
 * package use them on that backend; until then they compose TensorFlow.js ops, with the same results. All k-WTA but LWTA
 * goes through the three `Kwta...` kernels, whose rows are a whole sample or one channel of it.
 */
export const typedArrayKernels: readonly TypedArrayKernel[] = [
  kwtaKernel,
  kwtaGradKernel,
  kwtaGateGradKernel,
  lwtaPassKernel,
  lwtaGateGradKernel,
  maxPoolGroupsGradKernel,
  breakReluPassKernel,
];
