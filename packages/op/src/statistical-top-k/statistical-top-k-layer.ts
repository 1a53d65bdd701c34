import { serialization, type Tensor } from "@tensorflow/tfjs-core";
import { layers, type Shape } from "@tensorflow/tfjs-layers";
import type { KWTAConfig } from "../kwta/kwta-layer.ts";
import type { NetworkStep } from "../shared/network-step.ts";
import { normalQuantile } from "../shared/normal-quantile.ts";
import { checkGamma } from "../shared/winner-count.ts";
import { statisticalTopK } from "./statistical-top-k.ts";

/** {@link statisticalTopK} as a layer. */
export class StatisticalTopK extends layers.Layer {
  /** @internal */
  static readonly className = "StatisticalTopK";
  /** The fraction of values that would stay above 0 were they normally distributed. */
  readonly gamma: number;

  /** @throws Error when gamma lies outside (0, 1) */
  constructor(config: KWTAConfig) {
    super({ ...config });
    checkGamma(config.gamma);
    this.gamma = config.gamma;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return statisticalTopK(Array.isArray(inputs) ? inputs[0]! : inputs, { gamma: this.gamma });
  }

  /** @internal */
  networkStep(): NetworkStep {
    return { activation: "statistical-top-k", arguments: [normalQuantile(1 - this.gamma)] };
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), gamma: this.gamma };
  }
}

serialization.registerClass(StatisticalTopK);
