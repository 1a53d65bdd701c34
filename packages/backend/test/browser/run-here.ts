import * as tf from "@tensorflow/tfjs-core";
import { wasm, type WasmParams } from "../../../backend-wasm/src/index.ts";
import { webgpu } from "../../../backend-webgpu/src/index.ts";
import { kwtaKernels } from "../../../op/src/kernels/index.ts";
import { cpu, startBackend, webgl } from "../../src/index.ts";
import type { BackendReport, StartOptions } from "../../src/index.ts";
import { computeBits, computeValues, pairs, type Bits } from "./compute-bits.ts";

/** Options that can be sent to a page. */
export interface RunOptions
  extends Pick<StartOptions, "backend" | "threads">, Pick<WasmParams, "relaxedSimd" | "files"> {
  /** @defaultValue "bits" */
  readonly wanted?: "bits" | "values" | "loss of the device";
}

/** How the backend started and what it computed. */
export interface Outcome {
  readonly report?: BackendReport;
  readonly bits?: Bits;
  readonly values?: Readonly<Record<string, readonly number[]>>;
  /** What was told when the device was lost. */
  readonly lost?: string;
  readonly error?: string;
}

/** Starts a backend with the k-WTA kernels, in this thread of a browser, and computes with it. */
export async function runHere({ relaxedSimd, files, wanted = "bits", ...options }: RunOptions): Promise<Outcome> {
  const backends = [webgpu(), wasm({ relaxedSimd, files }), webgl(), cpu()];
  let lost: string | undefined;
  try {
    const report = await startBackend(backends, {
      ...options,
      kernels: [kwtaKernels, pairs],
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
