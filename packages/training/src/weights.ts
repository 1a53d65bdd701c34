import { InputError, show, type NamedTensor } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import { tensor } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** A variable of a model under a name that is the same in every process. */
export interface NamedVariable {
  readonly name: string;
  readonly variable: tf.Variable;
}

/**
 * The variables of a model. TF.js appends a counter to the names of a second model in one process; these are the names
 * without it.
 *
 * @param which all of them, or those that training changes by gradients
 */
export function namedVariables(model: LayersModel, which: "all" | "trainable"): NamedVariable[] {
  const weights = which === "all" ? model.weights : model.trainableWeights;
  const named = weights.map((weight) => ({ name: weight.originalName, variable: weight.read() as tf.Variable }));
  const names = new Set(named.map(({ name }) => name));
  if (names.size !== named.length) {
    throw new InputError("Two weights of the model have the same name. Give each layer a name of its own.");
  }
  return named;
}

/** Copies of all weights of a model, by name. */
export function getWeights(model: LayersModel): Promise<Map<string, NamedTensor>> {
  return readTensors(namedVariables(model, "all").map(({ name, variable }) => [name, variable]));
}

/** Copies of named float32 tensors. */
export async function readTensors(
  tensors: readonly (readonly [string, tf.Tensor])[],
): Promise<Map<string, NamedTensor>> {
  const data = await Promise.all(tensors.map(([, value]) => value.data<"float32">()));
  return new Map(tensors.map(([name, { shape }], i) => [name, { shape, data: data[i]! }]));
}

/**
 * Puts weights into a model; all are checked before the first is changed.
 *
 * @param source named in errors
 * @throws InputError that names a missing or misshapen weight
 */
export function setWeights(model: LayersModel, weights: ReadonlyMap<string, NamedTensor>, source: string): void {
  const variables = namedVariables(model, "all");
  checkShapes(variables, weights, source);
  for (const { name, variable } of variables) {
    const value = tensor(weights.get(name)!.data, variable.shape);
    variable.assign(value);
    value.dispose();
  }
}

/** @throws InputError that names a missing or misshapen tensor */
export function checkShapes(
  variables: readonly NamedVariable[],
  tensors: ReadonlyMap<string, NamedTensor>,
  source: string,
): void {
  for (const { name, variable } of variables) {
    const shape = tensors.get(name)?.shape;
    if (shape === undefined || shape.join() !== variable.shape.join()) {
      throw new InputError(
        `${source} does not fit the model: weight ${show(name)} should have the shape [${variable.shape.join(", ")}] and ` +
          `${shape === undefined ? "is missing" : `has [${shape.join(", ")}]`}.`,
      );
    }
  }
}
