import { serialization, type Tensor } from "@tensorflow/tfjs-core";
import type { Shape } from "@tensorflow/tfjs-layers";
import { ChoosableLayer } from "../shared/choosable-layer.ts";
import { checkGroupSize } from "../shared/group-size.ts";
import { networkGradient, type NetworkStep } from "../shared/network-step.ts";
import { lwta } from "./lwta.ts";

/** Configuration of an {@link LWTA} or {@link MaxPoolGroups} layer. */
export interface GroupConfig {
  /** Channels per group, at least 2; they must split evenly. */
  readonly size: number;
  readonly name?: string;
  /** The shape of one sample, where this is the first layer of a `sequential` model. */
  readonly inputShape?: Shape;
}

/** {@link lwta} as a layer. */
export class LWTA extends ChoosableLayer {
  /** @internal */
  static readonly className = "LWTA";
  /** Channels per group. */
  readonly size: number;

  /** @throws Error when size is no whole number of at least 2 */
  constructor(config: GroupConfig) {
    super({ ...config });
    checkGroupSize(config.size);
    this.size = config.size;
  }

  /** Refuses channels that do not split into groups when the model is built. */
  override build(inputShape: Shape | Shape[]): void {
    checkGroupSize(this.size, (inputShape as Shape).at(-1)!, this.name);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return lwta(x, { size: this.size, backward: this.backward });
  }

  /** @internal */
  networkStep(): NetworkStep | undefined {
    const gradient = networkGradient(this.backward);
    return gradient === undefined ? undefined : { activation: "lwta", arguments: [this.size, gradient] };
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), size: this.size };
  }
}

serialization.registerClass(LWTA);
