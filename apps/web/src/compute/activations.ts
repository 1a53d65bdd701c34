import { kwta, lwta, maxPoolGroups } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";

/** Six numbers, and how many of them win. */
export interface ActivationsRequest {
  readonly values: readonly number[];
  readonly k: number;
}

/** What each activation makes of the numbers. */
export interface ActivationColumns {
  readonly relu: readonly number[];
  readonly maxPool: readonly number[];
  readonly lwta: readonly number[];
  readonly kwta: readonly number[];
  /** Whether each number wins, as the op has it: one that is 0 may, and all that equal the k-th largest do. */
  readonly wins: readonly boolean[];
}

/** The columns of figure 2 of the paper, by the ops that networks use. Groups have two numbers. */
export async function activationColumns({ values, k }: ActivationsRequest): Promise<ActivationColumns> {
  const x = tf.tensor2d([...values], [1, values.length]);
  try {
    const read = async (f: (input: tf.Tensor2D) => tf.Tensor): Promise<number[]> => {
      const y = f(x);
      const data = Array.from(await y.data());
      y.dispose();
      return data;
    };
    return {
      relu: await read((input) => tf.relu(input)),
      maxPool: await read((input) => maxPoolGroups(input, { size: 2 })),
      lwta: await read((input) => lwta(input, { size: 2 })),
      kwta: await read((input) => kwta(input, { k })),
      // What passes a gradient wins.
      wins: (await read(tf.grad((input: tf.Tensor) => kwta(input, { k })) as (input: tf.Tensor2D) => tf.Tensor)).map(
        Boolean,
      ),
    };
  } finally {
    x.dispose();
  }
}
