import { serialization, type Tensor } from "@tensorflow/tfjs-core";
import type { Shape } from "@tensorflow/tfjs-layers";
import { ChoosableLayer } from "../shared/choosable-layer.ts";
import { networkGradient, type NetworkStep } from "../shared/network-step.ts";
import { breakRelu, checkHeight } from "./break-relu.ts";

/** Configuration of a {@link BreakReLU} layer. */
export interface BreakReLUConfig {
  /** Height of the jump at 0, a positive number. */
  readonly height: number;
  readonly name?: string;
  /** The shape of one sample, where this is the first layer of a `sequential` model. */
  readonly inputShape?: Shape;
}

/** {@link breakRelu} as a layer. */
export class BreakReLU extends ChoosableLayer {
  /** @internal */
  static readonly className = "BreakReLU";
  /** Height of the jump at 0. */
  readonly height: number;

  /** @throws Error when height is no positive number */
  constructor(config: BreakReLUConfig) {
    super({ ...config });
    checkHeight(config.height);
    this.height = config.height;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return breakRelu(x, { height: this.height, backward: this.backward });
  }

  /** @internal */
  networkStep(): NetworkStep {
    const gradient = networkGradient(this.backward, false)!;
    return { activation: "break-relu", arguments: [this.height, gradient === "relu" ? "exact" : gradient] };
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), height: this.height };
  }
}

serialization.registerClass(BreakReLU);
