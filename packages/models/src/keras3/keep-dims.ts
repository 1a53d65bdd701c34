import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";

/**
 * Puts axes of length 1 between the samples and their channels: what Keras's global pooling does with `keepdims`. A Reshape
 * would have to know the number of channels.
 */
export class KeepDims extends layers.Layer {
  static readonly className = "KeepDims";
  readonly #axes: number;

  constructor(args: object) {
    super(args);
    this.#axes = (args as { axes: number }).axes;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return tf.reshape(x, this.computeOutputShape(x.shape) as number[]);
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return [inputShape[0]!, ...Array<number>(this.#axes).fill(1), inputShape[1]!];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), axes: this.#axes };
  }
}
