import { serialization, type Tensor } from "@tensorflow/tfjs-core";
import type { Shape } from "@tensorflow/tfjs-layers";
import { ChoosableLayer } from "../shared/choosable-layer.ts";
import { inputError } from "../shared/errors.ts";
import { kwtaStep, type NetworkStep } from "../shared/network-step.ts";
import { checkGamma, winnerCount } from "../shared/winner-count.ts";
import { kwta } from "./kwta.ts";

/** Configuration of a {@link KWTA} layer. */
export interface KWTAConfig {
  /** The fraction of values of a sample that win, in (0, 1). */
  readonly gamma: number;
  readonly name?: string;
  /** The shape of one sample, where this is the first layer of a `sequential` model. */
  readonly inputShape?: Shape;
}

/**
 * k-Winners-Take-All as a layer. The winners of a sample compete over all of its values: all channels and positions.
 *
 * `gamma` of a live model can be read and set; saving a model keeps it. Loading a model with such a layer needs only
 * that this package has been imported.
 *
 * @example
 * ```ts
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 64, inputShape: [784] }), new KWTA({ gamma: 0.1 })] });
 * ```
 */
export class KWTA extends ChoosableLayer {
  /** @internal */
  static readonly className: string = "KWTA";
  private fraction: number;
  private size: number | undefined;

  /** @throws Error when gamma lies outside (0, 1) */
  constructor(config: KWTAConfig) {
    super({ ...config });
    checkGamma(config.gamma);
    this.fraction = config.gamma;
  }

  /** The fraction of values that win. Setting it to one that cannot be used throws and changes nothing. */
  get gamma(): number {
    return this.fraction;
  }

  set gamma(gamma: number) {
    this.check(gamma);
    this.fraction = gamma;
  }

  /** Checks gamma against the layer's size, so that a model that cannot run is refused when it is built. */
  override build(inputShape: Shape | Shape[]): void {
    const size = this.competitors((inputShape as Shape).slice(1) as number[]);
    this.size = size > 0 ? size : undefined;
    this.check(this.fraction);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return kwta(x, { gamma: this.fraction, backward: this.backward });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), gamma: this.fraction };
  }

  /** @internal */
  networkStep(sizes: readonly number[]): NetworkStep | undefined {
    return kwtaStep(winnerCount(this.competitors(sizes), this.fraction), this.backward);
  }

  /**
   * How many values compete for the winners' places, given the sizes of a sample.
   *
   * @internal
   */
  protected competitors(sizes: readonly number[]): number {
    return sizes.reduce((a, b) => a * b, 1);
  }

  private check(gamma: number): void {
    checkGamma(gamma);
    if (this.size === undefined) return;
    try {
      winnerCount(this.size, gamma);
    } catch (error) {
      throw inputError(`Layer ${JSON.stringify(this.name)}: ${(error as Error).message}`);
    }
  }
}

serialization.registerClass(KWTA);
