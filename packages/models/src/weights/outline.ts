import { layers, type LayersModel } from "@tensorflow/tfjs-layers";
import { stateEntries, type StateEntry } from "./state-entries.ts";

/**
 * The names and shapes of the weights of a model, without the memory and the time that they take: `build` runs with layers
 * whose weights have a shape and no numbers. It must not wait for anything, nor read a weight.
 */
export function outline(build: () => LayersModel): StateEntry[] {
  // All layers, also those of other packages, make their weights by this method.
  const prototype = layers.Layer.prototype as unknown as { addWeight: AddWeight };
  const { addWeight } = prototype;
  prototype.addWeight = function (name, shape, _dtype, _initializer, _regularizer, trainable = true) {
    const weight = { originalName: `${this.name}/${name}`, name, shape, trainable, dispose() {} } as unknown as Weight;
    if (trainable) this.trainableWeights = [...this.trainableWeights, weight];
    else this.nonTrainableWeights = [...this.nonTrainableWeights, weight];
    return weight;
  };
  try {
    return stateEntries(build());
  } finally {
    prototype.addWeight = addWeight;
  }
}

type Weight = layers.Layer["weights"][number];
type AddWeight = (
  this: layers.Layer,
  name: string,
  shape: readonly number[],
  dtype?: unknown,
  initializer?: unknown,
  regularizer?: unknown,
  trainable?: boolean,
) => Weight;
