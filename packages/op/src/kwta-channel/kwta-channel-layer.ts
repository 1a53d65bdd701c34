import { serialization, type Tensor } from "@tensorflow/tfjs-core";
import { KWTA } from "../kwta/kwta-layer.ts";
import { channelSize } from "../shared/by-channel.ts";
import { kwtaChannel } from "./kwta-channel.ts";

/** {@link kwtaChannel} as a layer: a {@link KWTA} layer in each of whose channels the positions compete. */
export class KWTAChannel extends KWTA {
  /** @internal */
  static override readonly className: string = "KWTAChannel";

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return kwtaChannel(x, { gamma: this.gamma, backward: this.backward });
  }

  /** @internal */
  protected override competitors(sizes: readonly number[]): number {
    return channelSize(sizes);
  }
}

serialization.registerClass(KWTAChannel);
