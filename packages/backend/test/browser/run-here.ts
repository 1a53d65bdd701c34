import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../src/index.browser.ts";
import type { BackendReport, StartBackendOptions } from "../../src/index.browser.ts";
import { computeBits, computeValues, kwtaKernels, type Bits } from "./compute-bits.ts";

/** Options that can be sent to a page; `"bundled"` stands for the addresses that the bundler knows. */
export interface RunOptions extends Pick<StartBackendOptions, "backend" | "threads" | "relaxedSimd" | "wasmPath"> {
  /** @defaultValue "bits" */
  readonly wanted?: "bits" | "values" | "loss of the device";
}

/** How the engine started and what it computed. */
export interface Outcome {
  readonly report?: BackendReport;
  readonly bits?: Bits;
  readonly values?: Readonly<Record<string, readonly number[]>>;
  /** What was told when the device was lost. */
  readonly lost?: string;
  readonly error?: string;
}

/** Starts the engine with the k-WTA kernels, in this thread of a browser, and computes with it. */
export async function runHere({ wasmPath, wanted = "bits", ...options }: RunOptions): Promise<Outcome> {
  const bundled = { "tfjs-backend-wasm-simd.wasm": simd, "tfjs-backend-wasm-threaded-simd.wasm": threadedSimd };
  let lost: string | undefined;
  try {
    const report = await startBackend({
      ...options,
      ...kwtaKernels,
      wasmPath: wasmPath === "bundled" ? bundled : wasmPath,
      onLost: ({ message }) => void (lost = message),
    });
    if (wanted === "bits") return { report, bits: await computeBits() };
    if (wanted === "loss of the device") (tf.backend() as unknown as { device: GPUDevice }).device.destroy();
    const values = Object.entries(await computeValues());
    return { report, values: Object.fromEntries(values.map(([name, numbers]) => [name, [...numbers]])) };
  } catch (error) {
    return { error: (error as Error).message, ...(lost !== undefined && { lost }) };
  }
}
