import type { TypedArrayKernel } from "@kwta/backend";
import { breakReluPassKernel } from "./break-relu-pass-kernel.ts";
import { kwtaGateGradKernel } from "./kwta-gate-grad-kernel.ts";
import { kwtaGradKernel } from "./kwta-grad-kernel.ts";
import { kwtaKernel } from "./kwta-kernel.ts";
import { lwtaGateGradKernel } from "./lwta-gate-grad-kernel.ts";
import { lwtaPassKernel } from "./lwta-pass-kernel.ts";
import { maxPoolGroupsGradKernel } from "./max-pool-groups-grad-kernel.ts";

/** On plain arrays. */
export const typedArrayKernels: readonly TypedArrayKernel[] = [
  kwtaKernel,
  kwtaGradKernel,
  kwtaGateGradKernel,
  lwtaPassKernel,
  lwtaGateGradKernel,
  maxPoolGroupsGradKernel,
  breakReluPassKernel,
];
