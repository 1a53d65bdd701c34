import { serialization, util, type Tensor } from "@tensorflow/tfjs-core";
import type { Shape } from "@tensorflow/tfjs-layers";
import { ChoosableLayer } from "../shared/choosable-layer.ts";
import { inputError } from "../shared/errors.ts";
import { kwtaStep, type NetworkStep } from "../shared/network-step.ts";
import { checkK, kwta } from "./kwta.ts";

/** Configuration of a {@link KWTAK} layer. */
export interface KWTAKConfig {
  /** How many values of a sample win. */
  readonly k: number;
  readonly name?: string;
  /** The shape of one sample, where this is the first layer of a `sequential` model. */
  readonly inputShape?: Shape;
}

/**
 * {@link kwta} with a fixed number of winners as a layer, whatever the layer's size.
 *
 * @see `Sparsify2D_kactive` (key `kact`) of the authors' code
 */
export class KWTAK extends ChoosableLayer {
  /** @internal */
  static readonly className = "KWTAK";
  /** How many values of a sample win. */
  readonly k: number;

  /** @throws Error when k is no whole number of at least 1 */
  constructor(config: KWTAKConfig) {
    super({ ...config });
    this.k = checkK(config.k);
  }

  /** Checks k against the layer's size, so that a model that cannot run is refused when it is built. */
  override build(inputShape: Shape | Shape[]): void {
    const sizes = (inputShape as Shape).slice(1);
    try {
      if (sizes.every((n) => n !== null)) checkK(this.k, util.sizeFromShape(sizes as number[]));
    } catch (error) {
      throw inputError(`Layer ${JSON.stringify(this.name)}: ${(error as Error).message}`);
    }
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return kwta(x, { k: this.k, backward: this.backward });
  }

  /** @internal */
  networkStep(): NetworkStep | undefined {
    return kwtaStep(this.k, this.backward);
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), k: this.k };
  }
}

serialization.registerClass(KWTAK);
