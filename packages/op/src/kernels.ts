import { kwtaGateGradKernel } from "./kernels/kwta-gate-grad-kernel.ts";
import { kwtaGradKernel } from "./kernels/kwta-grad-kernel.ts";
import { kwtaKernel } from "./kernels/kwta-kernel.ts";
import type { TypedArrayKernel } from "./kernels/typed-array-kernel.ts";

export type { TypedArrayKernel } from "./kernels/typed-array-kernel.ts";

/**
 * The kernels of this package on plain arrays. Once a host has registered them for a backend, `kwta` on that backend
 * uses them; until then it composes TensorFlow.js ops, with the same results.
 */
export const typedArrayKernels: readonly TypedArrayKernel[] = [kwtaKernel, kwtaGradKernel, kwtaGateGradKernel];
