import type * as tf from "@tensorflow/tfjs-core";

/** Height, width and channels of one sample of `[n, ...]`; what is no image is one column. */
export function imageShapeOf(x: tf.Tensor): readonly [height: number, width: number, channels: number] {
  if (x.rank === 4) return x.shape.slice(1) as [number, number, number];
  return [x.size / x.shape[0]!, 1, 1];
}
