import { withAddWeight, type AddWeight, type Weight } from "../build/with-add-weight.ts";
import { createModel, type CreateModelOptions } from "../create-model.ts";
import { stateEntries, type StateEntry } from "./state-entries.ts";

/**
 * The names and shapes of the weights of a network, without the memory and the time that they take: it is built of layers
 * whose weights have a shape and no numbers.
 *
 * @throws InputError as `createModel` does
 */
export function outline(id: string, { inputShape, numClasses }: CreateModelOptions): StateEntry[] {
  return withAddWeight(
    () => addOutline,
    () => stateEntries(createModel(id, { inputShape, numClasses, initialiser: "zeros" })),
  );
}

const addOutline: AddWeight = function (name, shape, _dtype, _initialiser, _regulariser, trainable = true) {
  const weight = { originalName: `${this.name}/${name}`, name, shape, trainable, dispose() {} } as unknown as Weight;
  if (trainable) this.trainableWeights = [...this.trainableWeights, weight];
  else this.nonTrainableWeights = [...this.nonTrainableWeights, weight];
  return weight;
};
