import type { LadderOptions } from "@kwta/backends";
import { typedArrayKernels } from "@kwta/op/kernels";
import { kwtaWasmKernels } from "@kwta/op/wasm";
import { webgpuKernels } from "@kwta/op/webgpu";
import { kwtaChecks } from "./kwta-checks.ts";

/** What joins the op to an engine: its kernels, and their part of the self-check. */
export const kwtaKernels: Required<Pick<LadderOptions, "kernels" | "wasmKernels" | "webgpuKernels" | "checks">> = {
  kernels: typedArrayKernels,
  wasmKernels: [kwtaWasmKernels],
  webgpuKernels,
  checks: kwtaChecks,
};
