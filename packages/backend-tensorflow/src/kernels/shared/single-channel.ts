import * as tf from "@tensorflow/tfjs-core";

/** What decides whether TensorFlow's convolution is wrong. */
interface Sizes {
  readonly inChannels: number;
  readonly outWidth: number;
  readonly strideWidth: number;
}

/**
 * Whether TensorFlow's own convolution is wrong: of images of one channel whose result is one place wide, with a stride along the
 * width, it reads what it should not.
 */
export function isMisread({ inChannels, outWidth, strideWidth }: Sizes): boolean {
  return inChannels === 1 && outWidth === 1 && strideWidth > 1;
}

/** An image and a filter with a second channel, of zeros: the same convolution, and TensorFlow computes it right. */
export function withSecondChannel(x: tf.TensorInfo, filter: tf.TensorInfo): [x: tf.Tensor, filter: tf.Tensor] {
  const after = (tensor: tf.TensorInfo, axis: number): tf.Tensor =>
    tf.pad(
      tensor as tf.Tensor,
      tensor.shape.map((_, i): [number, number] => [0, i === axis ? 1 : 0]),
    );
  return [after(x, x.shape.length - 1), after(filter, filter.shape.length - 2)];
}
