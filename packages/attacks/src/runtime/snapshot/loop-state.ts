import { InputError, type NamedTensor } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { State } from "../../contract/context.ts";

/** A tensor of a loop's state as 32-bit floats, with the type that it had. */
export interface StateArray extends NamedTensor {
  readonly dtype: "float32" | "int32" | "bool";
}

/** What a loop carries along, by name. */
export type LoopState = ReadonlyMap<string, StateArray>;

/**
 * Copies a state from the backend.
 *
 * @throws InputError for whole numbers that 32-bit floats cannot hold
 */
export async function readState(state: State): Promise<LoopState> {
  const arrays = await Promise.all(
    Object.entries(state).map(async ([name, tensor]) => {
      const { shape, dtype } = tensor;
      return [name, { shape, dtype: dtype as StateArray["dtype"], data: await floatsOf(name, tensor) }] as const;
    }),
  );
  return new Map(arrays);
}

/** The tensors of a state; the caller's. */
export function tensorsOf(state: LoopState): State {
  const tensors = [...state].map(([name, { data, shape, dtype }]) => [
    name,
    tf.tensor(data.slice(), [...shape], dtype),
  ]);
  return Object.fromEntries(tensors) as State;
}

async function floatsOf(name: string, tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data();
  const floats = Float32Array.from(values);
  if (tensor.dtype !== "int32" || floats.every((each, i) => each === values[i])) return floats;
  throw new InputError(
    `The attack's state ${name} holds whole numbers beyond 2^24, which a snapshot cannot hold. Store them as two tensors.`,
  );
}
