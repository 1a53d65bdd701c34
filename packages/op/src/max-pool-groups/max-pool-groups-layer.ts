import { serialization, type Tensor } from "@tensorflow/tfjs-core";
import { layers, type Shape } from "@tensorflow/tfjs-layers";
import type { GroupConfig } from "../lwta/lwta-layer.ts";
import { checkGroupSize } from "../shared/group-size.ts";
import { maxPoolGroups } from "./max-pool-groups.ts";

/** {@link maxPoolGroups} as a layer; it has `size` times fewer channels out than in. */
export class MaxPoolGroups extends layers.Layer {
  /** @internal */
  static readonly className = "MaxPoolGroups";
  /** Channels per group. */
  readonly size: number;

  /** @throws Error when size is no whole number of at least 2 */
  constructor(config: GroupConfig) {
    super({ ...config });
    checkGroupSize(config.size);
    this.size = config.size;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    const shape = inputShape as Shape;
    const channels = shape.at(-1)!;
    checkGroupSize(this.size, channels, this.name);
    return [...shape.slice(0, -1), channels / this.size];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return maxPoolGroups(Array.isArray(inputs) ? inputs[0]! : inputs, { size: this.size });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), size: this.size };
  }
}

serialization.registerClass(MaxPoolGroups);
