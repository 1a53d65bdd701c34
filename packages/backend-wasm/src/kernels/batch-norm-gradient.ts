import type { GradientPatch } from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "../host/host-of.ts";
import { addressOf, type WasmKernelFuncOfMany } from "../host/wasm-backend.ts";
import { newRow, rowsOf, sumBlocks } from "./shared/rows.ts";

/** Our kernel for `sum(dy)` and `sum(dy * (x - mean))` over all axes but the last. */
export const BATCH_GRADIENT_SUMS = "BatchGradientSums";

/** See {@link BATCH_GRADIENT_SUMS}. */
export const batchGradientSums: WasmKernelFuncOfMany = ({ inputs, backend }) => {
  const [x, dy, a] = ["x", "dy", "mean"].map((name) => addressOf(backend, inputs[name]!));
  const sums = sumBlocks(hostOf(backend), "batchGradientSums", rowsOf(inputs["x"]!.shape), { x: x!, dy: dy!, a: a! });
  return sums.map((each) => newRow(backend, each));
};

/**
 * The gradient of batch normalisation with given statistics. Those of the four parameters come from two sums, which
 * TensorFlow.js computes anew for each, out of tiled copies.
 */
export const batchNormGradient: GradientPatch = {
  kernelName: tf.FusedBatchNorm,
  // The sums pass through plain numbers, which cannot be differentiated.
  applies: ([, mean], recording) => mean!.rank === 1 && !recording,
  gradient(dy, saved, attrs) {
    const [x, mean, variance, scale] = saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
    const epsilon = attrs["varianceEpsilon"] as number;
    const inverse = Float64Array.from(variance.dataSync(), (v) => 1 / Math.sqrt(v + epsilon));
    const scales = scale.dataSync();
    const factor = inverse.map((r, c) => r * scales[c]!);
    const sums = once(() => {
      const pair = tf.engine().runKernel(BATCH_GRADIENT_SUMS, { dy, x, mean }) as tf.Tensor[];
      return pair.map((sum) => sum.dataSync());
    });
    const perChannel = (value: (c: number) => number): tf.Tensor =>
      tf.tensor1d(Float32Array.from(factor, (_, c) => value(c)));
    return {
      x: () =>
        tf.mul(
          dy,
          perChannel((c) => factor[c]!),
        ),
      mean: () => perChannel((c) => -factor[c]! * sums()[0]![c]!),
      variance: () => perChannel((c) => -0.5 * factor[c]! * inverse[c]! ** 2 * sums()[1]![c]!),
      scale: () => perChannel((c) => inverse[c]! * sums()[1]![c]!),
      offset: () => perChannel((c) => sums()[0]![c]!),
    };
  },
};

function once<T>(compute: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= compute());
}
