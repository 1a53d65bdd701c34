import type * as tf from "@tensorflow/tfjs-core";
import type { NodeBackend, OpAttribute } from "../../load/node-backend.ts";

/** Attributes of an op, by their kind. */
export interface Attributes {
  readonly ints?: Readonly<Record<string, number | readonly number[]>>;
  readonly floats?: Readonly<Record<string, number>>;
  readonly bools?: Readonly<Record<string, boolean>>;
  readonly strings?: Readonly<Record<string, string>>;
  /** Attributes that are a type, all of them float32. */
  readonly floatTypes?: readonly string[];
}

/** Runs an op of TensorFlow. The results belong to the scope that is open. */
export function execute(
  backend: NodeBackend,
  op: string,
  inputs: readonly tf.TensorInfo[],
  outputs: number,
  { ints = {}, floats = {}, bools = {}, strings = {}, floatTypes = [] }: Attributes = {},
): tf.Tensor[] {
  const { binding } = backend;
  const attributes: OpAttribute[] = [];
  const add = (values: Readonly<Record<string, unknown>>, type: number): void => {
    for (const name in values) attributes.push({ name, type, value: values[name] });
  };
  add(ints, binding.TF_ATTR_INT);
  add(floats, binding.TF_ATTR_FLOAT);
  add(bools, binding.TF_ATTR_BOOL);
  add(strings, binding.TF_ATTR_STRING);
  for (const name of floatTypes) attributes.push({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT });
  return backend.executeMultipleOutputs(op, attributes, inputs, outputs);
}
