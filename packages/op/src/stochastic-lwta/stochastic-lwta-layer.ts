import { serialization, type Tensor } from "@tensorflow/tfjs-core";
import type { Shape } from "@tensorflow/tfjs-layers";
import type { GroupConfig } from "../lwta/lwta-layer.ts";
import { checkGroupSize } from "../shared/group-size.ts";
import { RandomLayer } from "../shared/random-layer.ts";
import { checkTemperature, stochasticLwta } from "./stochastic-lwta.ts";

/** Configuration of a {@link StochasticLWTA} layer. */
export interface StochasticLWTAConfig extends GroupConfig {
  /** Of the relaxed winners in training. @defaultValue 0.67, the authors' */
  readonly temperature?: number;
}

/**
 * {@link stochasticLwta} as a layer: winners are relaxed in training, and drawn otherwise. See {@link RandomLayer} for what
 * the draws depend on.
 */
export class StochasticLWTA extends RandomLayer {
  /** @internal */
  static readonly className = "StochasticLWTA";
  /** Channels per group. */
  readonly size: number;
  /** Of the relaxed winners in training. */
  readonly temperature: number;

  /** @throws Error when size is no whole number of at least 2, or the temperature is negative */
  constructor(config: StochasticLWTAConfig) {
    super({ ...config });
    const { size, temperature = 0.67 } = config;
    checkGroupSize(size);
    checkTemperature(temperature);
    this.size = size;
    this.temperature = temperature;
  }

  /** Refuses channels that do not split into groups when the model is built. */
  override build(inputShape: Shape | Shape[]): void {
    checkGroupSize(this.size, (inputShape as Shape).at(-1)!, this.name);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override call(inputs: Tensor | Tensor[], kwargs: { training?: boolean } = {}): Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const { size, backward, name } = this;
    const temperature = kwargs.training === true ? this.temperature : 0;
    return stochasticLwta(x, { size, backward, temperature, key: name, ...this.drawsOf(x.shape[0]!) });
  }

  override getConfig(): serialization.ConfigDict {
    const { size, temperature } = this;
    return { ...super.getConfig(), size, temperature };
  }
}

serialization.registerClass(StochasticLWTA);
