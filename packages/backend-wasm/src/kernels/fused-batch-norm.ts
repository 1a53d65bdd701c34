import * as tf from "@tensorflow/tfjs-core";
import type { WasmBackend, WasmKernelPatch } from "../host/wasm-backend.ts";
import { normalizer } from "./shared/batch-statistics.ts";
import { mapRows, readRow } from "./shared/rows.ts";

/**
 * Batch normalisation with given statistics, `x * a + b` with `a = scale / sqrt(variance + epsilon)` and
 * `b = offset - mean * a`. TensorFlow.js computes it value by value.
 */
export const fusedBatchNorm: WasmKernelPatch = {
  kernelName: tf.FusedBatchNorm,
  patch: (original) => (call) => {
    const { inputs, backend, attrs } = call;
    const { x, mean, variance, scale, offset } = inputs;
    if (mean!.shape.length !== 1 || x!.dtype !== "float32") return original(call);
    const epsilon = attrs["varianceEpsilon"] as number;
    const statistics = { mean: mean!, variance: variance!, scale, offset };
    return mapRows(backend, "scaleChannels", { x: x! }, factorAndOffset(backend, statistics, epsilon));
  },
};

/** The statistics of a normalisation, and what is learned. */
interface Statistics {
  readonly mean: tf.TensorInfo;
  readonly variance: tf.TensorInfo;
  readonly scale: tf.TensorInfo | undefined;
  readonly offset: tf.TensorInfo | undefined;
}

/** What each channel is multiplied by, and what is added then. */
export function factorAndOffset(
  backend: WasmBackend,
  { mean, variance, scale, offset }: Statistics,
  epsilon: number,
): [a: Float64Array, b: Float64Array] {
  const [means, variances] = [mean, variance].map((row) => Float64Array.from(readRow(backend, row)));
  const learned = [scale && readRow(backend, scale), offset && readRow(backend, offset)] as const;
  return normalizer({ mean: means!, variance: variances! }, epsilon, ...learned);
}
