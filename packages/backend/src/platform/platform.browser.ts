import type { BackendReport } from "./backend-starter.ts";
import { checkGradients, checkOneCopy } from "./check-tensorflow.ts";
import { climbLadder, type LadderOptions } from "./climb-ladder.ts";
import { cpuStarter } from "./cpu-starter.ts";
import { webWasmStarter, type WasmPath } from "./wasm-starter.browser.ts";
import { webglStarter } from "./webgl-starter.browser.ts";
import { webWebgpuStarter } from "./webgpu-starter.browser.ts";

/** Options of {@link startBackend}. */
export interface StartBackendOptions extends LadderOptions {
  /**
   * `"auto"`, `"webgpu"`, `"wasm"`, `"webgl"` or `"cpu"`, with or without options, as in `"wasm:threads=1,winograd=false"`.
   *
   * @defaultValue "auto"
   */
  readonly backend?: string | undefined;
  /**
   * Where the wasm files of TensorFlow.js are served; the wasm engine needs them.
   *
   * @defaultValue none: nothing is loaded from elsewhere
   */
  readonly wasmPath?: WasmPath | undefined;
}

/**
 * Starts TensorFlow.js in a page or in a worker of it: loads its gradients, starts the best backend whose numbers are
 * right, and registers the kernels that it lacks. Prints nothing.
 *
 * Several threads need a page that is cross-origin isolated; elsewhere one computes, and a note says so. In a worker the
 * page stays responsive.
 *
 * Call it once, before the first tensor. Called again it keeps the engine that runs, unless options ask for another
 * one: then the tensors of the former engine are lost.
 *
 * @throws InputError for unknown names and options that cannot be used, when the wasm files are not there, when no backend
 * can be used, or when several copies of TensorFlow.js are in the way
 *
 * @example
 * ```ts
 * const { name, threads } = await startBackend({ wasmPath: "/wasm/" });
 * console.log(name, threads); // wasm 8
 * ```
 */
export async function startBackend({ wasmPath, ...options }: StartBackendOptions = {}): Promise<BackendReport> {
  checkOneCopy();
  await import("@tensorflow/tfjs-layers");
  checkGradients();
  return climbLadder([webWebgpuStarter, webWasmStarter(wasmPath), webglStarter, cpuStarter], options);
}
