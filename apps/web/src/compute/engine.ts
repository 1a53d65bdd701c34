import { InputError } from "@kwta/core";
import type { BackendReport } from "@kwta/backends";
import { startEngine } from "../engine/start-engine.ts";
import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";

/** Which engine is wanted. */
export interface EngineRequest {
  /** A backend spec, or `"auto"`. */
  readonly backend: string;
  /** Engines that failed while they computed, with their last words; they are not tried again. */
  readonly broken: readonly { readonly name: string; readonly reason: string }[];
}

/** The engine that computes, and why the better ones do not. */
export type EngineReport = Pick<
  BackendReport,
  "name" | "version" | "threads" | "device" | "notes" | "selfCheck" | "skipped" | "spec"
>;

/** Best first, as `startBackend` has them. */
const ENGINES = ["webgpu", "wasm", "webgl", "cpu"] as const;

/**
 * Starts the engine that is asked for. Where one has failed, the others of the ladder are tried.
 *
 * @param onLost told when the engine's device is lost while it works
 * @throws InputError when none can be used
 */
export async function startPageEngine(
  { backend, broken }: EngineRequest,
  onLost: (error: Error) => void,
): Promise<EngineReport> {
  const wasmPath = { "tfjs-backend-wasm-simd.wasm": simd, "tfjs-backend-wasm-threaded-simd.wasm": threadedSimd };
  if (broken.length === 0) return reportOf(await startEngine({ backend, wasmPath, onLost }));
  const failed = new Set(broken.map(({ name }) => name));
  const skipped = broken.map(({ name, reason }) => ({ name, reason: `It stopped working: ${reason}` }));
  for (const name of ENGINES.filter((each) => !failed.has(each))) {
    try {
      const report = reportOf(await startEngine({ backend: name, wasmPath, onLost }));
      return { ...report, skipped: [...skipped, ...report.skipped] };
    } catch (error) {
      skipped.push({ name, reason: (error as Error).message });
    }
  }
  const reasons = skipped.map(({ name, reason }) => `${name}: ${reason}`).join(" ");
  throw new InputError(`No engine is left to compute with. ${reasons} Reload the page to try them again.`);
}

function reportOf({ name, version, threads, device, notes, selfCheck, skipped, spec }: BackendReport): EngineReport {
  return { name, version, threads, ...(device !== undefined && { device }), notes, selfCheck, skipped, spec };
}
