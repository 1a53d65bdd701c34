import { platform } from "#platform";
import { checkOptions, InputError, show } from "@kwta/core";
import type { Backend, StartRequest } from "../contract/backend.ts";
import type { KernelPack } from "../contract/kernel-pack.ts";
import type { BackendReport, SkippedBackend } from "../contract/report.ts";
import { checkKernelPack } from "../kit/check-kernel-pack.ts";
import { choose, type BackendChoice } from "./choose.ts";
import { prepare } from "./prepare.ts";
import { tryBackend } from "./try-backend.ts";

/** Options of {@link startBackend}. */
export interface StartOptions extends BackendChoice {
  /**
   * Kernels to register besides TensorFlow.js's own and those of the backend.
   *
   * @defaultValue none
   */
  readonly kernels?: readonly KernelPack[] | undefined;
  /** @see {@link StartRequest.onLost} */
  readonly onLost?: StartRequest["onLost"];
}

const OPTIONS: Readonly<Record<keyof StartOptions, true>> = {
  backend: true,
  threads: true,
  kernels: true,
  onLost: true,
};

/**
 * Starts TensorFlow.js: loads its gradients, starts the first backend of a list whose {@link selfCheck} passes, and registers
 * kernels. Prints nothing.
 *
 * Call it once, before the first tensor. Called again it keeps the backend that runs, unless other parameters are asked for: then
 * the tensors of the former one are lost.
 *
 * @param backends those to try, best first
 * @throws InputError for unknown names and parameters that cannot be used, when no backend can be used, or when several copies of
 * TensorFlow.js are in the way
 *
 * @example
 * ```ts
 * const { name, threads } = await startBackend([webgpu(), wasm(), cpu()]);
 * console.log(name, threads); // wasm 2
 * ```
 */
export async function startBackend(backends: readonly Backend[], options: StartOptions = {}): Promise<BackendReport> {
  checkOptions("startBackend", options, OPTIONS);
  const { kernels = [], onLost } = options;
  const chosen = choose(backends, options, platform.environment());
  kernels.forEach(checkKernelPack);
  await prepare();
  const request = { kernels, onLost, byName: chosen.asked !== undefined };
  const skipped: SkippedBackend[] = [];
  for (const backend of chosen.backends) {
    const report = await tryBackend(backend, request);
    if ("spec" in report) return { ...report, skipped };
    skipped.push(report);
  }
  throw new InputError(whyNone(chosen.asked, skipped));
}

function whyNone(asked: string | undefined, skipped: readonly SkippedBackend[]): string {
  const reasons = skipped.map(({ name, reason }) => `${name}: ${reason}`).join(" ");
  if (asked === undefined) return `No backend can be used here. ${reasons}`;
  return `The backend ${show(asked)} cannot be used here. ${reasons} Choose another one, or "auto" for the best one that works.`;
}
