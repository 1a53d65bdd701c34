import * as tf from "@tensorflow/tfjs-core";
import type { WasmKernelPatch } from "../host/wasm-backend.ts";
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
    const means = readRow(backend, mean!);
    const scales = scale && readRow(backend, scale);
    const offsets = offset && readRow(backend, offset);
    const a = Float64Array.from(readRow(backend, variance!), (v, c) => (scales?.[c] ?? 1) / Math.sqrt(v + epsilon));
    const b = a.map((factor, c) => (offsets?.[c] ?? 0) - means[c]! * factor);
    return mapRows(backend, "scaleChannels", { x: x! }, [a, b]);
  },
};
