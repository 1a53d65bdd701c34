import * as tf from "@tensorflow/tfjs-core";
import { initializers, type Shape } from "@tensorflow/tfjs-layers";
import { ChoosableLayer } from "../shared/choosable-layer.ts";
import { networkGradient, type NetworkStep } from "../shared/network-step.ts";
import { readAverage, updateAverages, type Weight } from "../shared/running-average.ts";
import { checkWidth, meanSparse } from "./mean-sparse.ts";

/** Configuration of a {@link MeanSparse} layer. */
export interface MeanSparseConfig {
  /** Half the width of the band around the mean, in standard deviations. */
  readonly width: number;
  readonly name?: string;
  /** The shape of one sample, where this is the first layer of a `sequential` model. */
  readonly inputShape?: Shape;
}

/**
 * {@link meanSparse} as a layer. In training it is ReLU, and keeps running averages of each channel's mean and variance, in
 * weights that gradients do not move; otherwise it uses them. Before the first batch of a training the band has no width.
 */
export class MeanSparse extends ChoosableLayer {
  /** @internal */
  static readonly className = "MeanSparse";
  /** Half the width of the band around the mean, in standard deviations. */
  readonly width: number;
  private mean!: Weight;
  private variance!: Weight;
  private mass!: Weight;

  /** @throws Error when width is no positive number */
  constructor(config: MeanSparseConfig) {
    super({ ...config });
    checkWidth(config.width);
    this.width = config.width;
  }

  override build(inputShape: Shape | Shape[]): void {
    const zeros = initializers.zeros();
    const weight = (name: string, size: number): Weight =>
      this.addWeight(name, [size], "float32", zeros, undefined, false);
    const channels = (inputShape as Shape).at(-1)!;
    this.mean = weight("mean", channels);
    this.variance = weight("variance", channels);
    this.mass = weight("mass", 1);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean } = {}): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const { width, backward, mass } = this;
    return tf.tidy(() => {
      if (kwargs.training === true) {
        const { mean, variance } = tf.moments(tf.reshape(x, [-1, x.shape.at(-1)!]), 0);
        updateAverages(mass, [
          [this.mean, mean],
          [this.variance, variance],
        ]);
        return tf.relu(x);
      }
      const deviation = tf.sqrt(readAverage(mass, this.variance));
      return meanSparse(x, { width, backward, mean: readAverage(mass, this.mean), deviation });
    });
  }

  /** Outside of training. @internal */
  networkStep(_sizes: readonly number[], training: boolean): NetworkStep | undefined {
    if (training) return undefined;
    const { mean, variance, mass, width, backward } = this;
    const weights = [mean, variance, mass];
    return { activation: "mean-sparse", weights, arguments: [width, networkGradient(backward, false)!] };
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), width: this.width };
  }
}

tf.serialization.registerClass(MeanSparse);
