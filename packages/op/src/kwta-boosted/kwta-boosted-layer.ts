import * as tf from "@tensorflow/tfjs-core";
import { initializers, type Shape } from "@tensorflow/tfjs-layers";
import { KWTA, type KWTAConfig } from "../kwta/kwta-layer.ts";
import { kwta } from "../kwta/kwta.ts";
import { inputError } from "../shared/errors.ts";
import type { Weight } from "../shared/running-average.ts";
import { winnerCount } from "../shared/winner-count.ts";

/** What is particular to a {@link KWTABoosted} layer. */
export interface Boosting {
  /** How strongly channels that seldom win are helped: 0 or more. @defaultValue 0 */
  readonly boost?: number;
  /** What gamma is multiplied by outside of training. @defaultValue 1 */
  readonly inference?: number;
  /** Samples over which the share of a channel's winners is averaged. @defaultValue 1000 */
  readonly period?: number;
}

/** Configuration of a {@link KWTABoosted} layer. */
export interface KWTABoostedConfig extends KWTAConfig, Boosting {}

/**
 * {@link kwta} with what keeps units alive. Of each channel (the last axis; behind a dense layer, each unit) the layer
 * keeps the *duty cycle*, the share of its values that win, averaged over `period` samples of the training. Values compete
 * multiplied by `exp(boost * (gamma - duty cycle))`, so that channels that seldom win come up; those that win come out as
 * they were. Outside of training `inference * gamma` of the values win.
 *
 * Duty cycles are weights that gradients do not move. They are used, and stand still, outside of training.
 *
 * @see Ahmad, Scheinkman: "How can we be so dense? The benefits of using highly sparse representations" (2019), arXiv
 * 1903.11257
 */
export class KWTABoosted extends KWTA {
  /** @internal */
  static override readonly className: string = "KWTABoosted";
  /** How strongly channels that seldom win are helped. */
  readonly boost: number;
  /** What gamma is multiplied by outside of training. */
  readonly inference: number;
  /** Samples over which duty cycles are averaged. */
  readonly period: number;
  private duty!: Weight;
  private seen!: Weight;

  /** @throws Error when gamma, in training or outside, lies outside (0, 1), or another number cannot be used */
  constructor(config: KWTABoostedConfig) {
    super(config);
    const { boost = 0, inference = 1, period = 1000 } = config;
    checkBoosting(config.gamma, { boost, inference, period });
    this.boost = boost;
    this.inference = inference;
    this.period = period;
  }

  override build(inputShape: Shape | Shape[]): void {
    super.build(inputShape);
    const shape = inputShape as Shape;
    const size = this.competitors(shape.slice(1) as number[]);
    try {
      if (size > 0) winnerCount(size, this.gamma * this.inference);
    } catch (error) {
      throw inputError(`Layer ${JSON.stringify(this.name)}, outside of training: ${(error as Error).message}`);
    }
    const zeros = initializers.zeros();
    this.duty = this.addWeight("duty_cycle", [shape.at(-1)!], "float32", zeros, undefined, false);
    this.seen = this.addWeight("seen", [1], "float32", zeros, undefined, false);
  }

  /** The duty cycle of each channel: [channels]. The layer's own; do not dispose it. */
  get dutyCycle(): tf.Tensor {
    return this.duty.read();
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean } = {}): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const training = kwargs.training === true;
    const gamma = training ? this.gamma : this.gamma * this.inference;
    return tf.tidy(() => {
      const own = this.boost === 0 ? {} : { boost: this.factors() };
      const y = kwta(x, { gamma, backward: this.backward, ...own });
      if (training) this.track(y);
      return y;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { boost, inference, period } = this;
    return { ...super.getConfig(), boost, inference, period };
  }

  private factors(): tf.Tensor {
    return tf.exp(tf.mul(tf.sub(this.gamma, this.duty.read()), this.boost));
  }

  /** A winner of 0 passes for a loser. */
  private track(y: tf.Tensor): void {
    const wins = tf.reshape(tf.step(tf.abs(y)), [-1, y.shape.at(-1)!]);
    const share = tf.mean(wins, 0);
    const batch = y.shape[0]!;
    const seen = tf.minimum(tf.add(this.seen.read(), batch), this.period);
    const rate = tf.minimum(tf.div(batch, seen), 1);
    const duty = this.duty.read();
    this.duty.write(tf.add(duty, tf.mul(tf.sub(share, duty), rate)));
    this.seen.write(seen);
  }
}

/** @throws Error for numbers that cannot be used */
export function checkBoosting(gamma: number, { boost = 0, inference = 1, period = 1000 }: Boosting): void {
  if (!(boost >= 0 && Number.isFinite(boost))) {
    throw inputError(`The boost of k-WTA is ${boost}; it must be a number of at least 0. Numenta's is 1.5.`);
  }
  if (!(inference > 0 && inference * gamma < 1)) {
    throw inputError(
      `k-WTA multiplies gamma ${gamma} by ${inference} outside of training; the product must lie between 0 and 1, both excluded.`,
    );
  }
  if (!(Number.isInteger(period) && period >= 1)) {
    throw inputError(`The period of duty cycles is ${period}; it must be a whole number of samples, at least 1.`);
  }
}

tf.serialization.registerClass(KWTABoosted);
