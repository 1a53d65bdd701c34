import * as tf from "@tensorflow/tfjs-core";
import type { GradientPatch } from "./_gradient-patch.ts";

/**
 * The gradient of batch normalisation with given statistics. Those of the four parameters come from two sums,
 * `sum(dy)` and `sum(dy * (x - mean))`, which TensorFlow.js computes anew for each, out of tiled copies.
 */
export const batchNormGradient: GradientPatch = {
  kernelName: tf.FusedBatchNorm,
  // The sums pass through plain numbers, which cannot be differentiated.
  applies: ([, mean], recording) => mean!.rank === 1 && !recording,
  gradient(dy, saved, attrs) {
    const [x, mean, variance, scale] = saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
    const epsilon = attrs["varianceEpsilon"] as number;
    const scales = scale.dataSync();
    const inverse = Float64Array.from(variance.dataSync(), (v) => 1 / Math.sqrt(v + epsilon));
    const factor = inverse.map((r, c) => r * scales[c]!);
    const sums = once(() => readSum(() => dy));
    const moments = once(() => readSum(() => tf.mul(dy, tf.sub(x, mean))));
    const perChannel = (value: (c: number) => number): tf.Tensor =>
      tf.tensor1d(Float32Array.from(factor, (_, c) => value(c)));
    return {
      x: () =>
        tf.mul(
          dy,
          perChannel((c) => factor[c]!),
        ),
      mean: () => perChannel((c) => -factor[c]! * sums()[c]!),
      variance: () => perChannel((c) => -0.5 * factor[c]! * inverse[c]! ** 2 * moments()[c]!),
      scale: () => perChannel((c) => inverse[c]! * moments()[c]!),
      offset: () => perChannel((c) => sums()[c]!),
    };
  },
};

/** The sum over all axes but the last. */
function readSum(x: () => tf.Tensor): tf.TypedArray {
  return tf.tidy(() => tf.sum(x(), [0, 1, 2]).dataSync());
}

function once<T>(compute: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= compute());
}
