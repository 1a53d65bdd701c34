import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import { startBackend } from "../../src/index.browser.ts";
import type { BackendReport, StartBackendOptions } from "../../src/index.browser.ts";
import { computeBits, kwtaKernels, type Bits } from "./compute-bits.ts";

/** Options that can be sent to a page; `"bundled"` stands for the addresses that the bundler knows. */
export type RunOptions = Pick<StartBackendOptions, "backend" | "threads" | "relaxedSimd" | "wasmPath">;

/** How the engine started and what it computed. */
export interface Outcome {
  readonly report?: BackendReport;
  readonly bits?: Bits;
  readonly error?: string;
}

/** Starts the engine with the k-WTA kernels, in this thread of a browser, and computes with it. */
export async function runHere({ wasmPath, ...options }: RunOptions): Promise<Outcome> {
  const bundled = { "tfjs-backend-wasm-simd.wasm": simd, "tfjs-backend-wasm-threaded-simd.wasm": threadedSimd };
  try {
    const report = await startBackend({
      ...options,
      ...kwtaKernels,
      wasmPath: wasmPath === "bundled" ? bundled : wasmPath,
    });
    return { report, bits: await computeBits() };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
