import { serialization, type Tensor } from "@tensorflow/tfjs-core";
import { KWTA } from "../kwta/kwta-layer.ts";
import { channelSize } from "../shared/by-channel.ts";
import { kwtaAbs } from "./kwta-abs.ts";

/** {@link kwtaAbs} as a layer: a {@link KWTA} layer in each of whose channels the positions compete by |x|. */
export class KWTAAbs extends KWTA {
  /** @internal */
  static override readonly className: string = "KWTAAbs";

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return kwtaAbs(x, { gamma: this.gamma, backward: this.backward });
  }

  /** @internal */
  protected override competitors(sizes: readonly number[]): number {
    return channelSize(sizes);
  }
}

serialization.registerClass(KWTAAbs);
