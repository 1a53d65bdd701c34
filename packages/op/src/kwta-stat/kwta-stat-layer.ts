import { serialization, type Tensor } from "@tensorflow/tfjs-core";
import { KWTA } from "../kwta/kwta-layer.ts";
import { kwtaStat } from "./kwta-stat.ts";

/** {@link kwtaStat} as a layer: a {@link KWTA} layer whose threshold is estimated. */
export class KWTAStat extends KWTA {
  /** @internal */
  static override readonly className: string = "KWTAStat";

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return kwtaStat(x, { gamma: this.gamma, backward: this.backward });
  }
}

serialization.registerClass(KWTAStat);
