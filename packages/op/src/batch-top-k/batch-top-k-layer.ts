import { serialization, tidy, type Tensor } from "@tensorflow/tfjs-core";
import { initializers, type Shape } from "@tensorflow/tfjs-layers";
import { KWTA } from "../kwta/kwta-layer.ts";
import { readAverage, updateAverages, type Weight } from "../shared/running-average.ts";
import { batchThreshold, batchTopK } from "./batch-top-k.ts";

/**
 * {@link batchTopK} as a layer. In training the values of the whole batch compete, and a running average of the threshold is
 * kept, in two weights that gradients do not move; otherwise each value has to reach that average, whatever else is in
 * the batch. Before the first batch of a training the average is 0, which is ReLU.
 */
export class BatchTopK extends KWTA {
  /** @internal */
  static override readonly className: string = "BatchTopK";
  private average!: Weight;
  private mass!: Weight;

  override build(inputShape: Shape | Shape[]): void {
    super.build(inputShape);
    const weight = (name: string): Weight => this.addWeight(name, [1], "float32", ZEROS, undefined, false);
    this.average = weight("threshold");
    this.mass = weight("mass");
  }

  override call(inputs: Tensor | Tensor[], kwargs: { training?: boolean } = {}): Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const { backward } = this;
    return tidy(() => {
      if (kwargs.training !== true) return batchTopK(x, { threshold: readAverage(this.mass, this.average), backward });
      const threshold = batchThreshold(x, this.gamma);
      updateAverages(this.mass, [[this.average, threshold]]);
      return batchTopK(x, { threshold, backward });
    });
  }
}

const ZEROS = initializers.zeros();

serialization.registerClass(BatchTopK);
