import { layers } from "@tensorflow/tfjs-layers";
import { createModel, type CreateModelOptions } from "../create-model.ts";
import { stateEntries, type StateEntry } from "./state-entries.ts";

/**
 * The names and shapes of the weights of a network, without the memory and the time that they take: it is built of layers
 * whose weights have a shape and no numbers.
 *
 * @throws InputError as `createModel` does
 */
export function outline(id: string, { inputShape, numClasses }: CreateModelOptions): StateEntry[] {
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
    return stateEntries(createModel(id, { inputShape, numClasses, initialiser: "zeros" }));
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
