import type { NamedTensor } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { checkShapes, readTensors, type NamedVariable } from "./weights.ts";

/** A moving average of weights. */
export interface Ema {
  /** @param count steps so far, this one included */
  update(count: number): void;
  /** Does work with the averages in place of the weights, which come back then. */
  inPlace<T>(work: () => Promise<T>): Promise<T>;
  /** Makes the averages the weights, for good. */
  apply(): void;
  state(): Promise<Map<string, NamedTensor>>;
  /** @throws InputError that names a missing or misshapen tensor */
  restore(state: ReadonlyMap<string, NamedTensor>): void;
  dispose(): void;
}

/**
 * `average <- d * average + (1 - d) * weight` after each step, where d is `decay`, or (1 + n) / (10 + n) in step n while that
 * is less: a short training is not an average of its beginning. It begins as the weights are now.
 */
export function startEma(variables: readonly NamedVariable[], decay: number): Ema {
  const averages = variables.map(({ variable }) => tf.keep(tf.clone(variable as tf.Tensor)));
  const replace = (i: number, value: tf.Tensor): void => {
    averages[i]!.dispose();
    averages[i] = tf.keep(value);
  };
  const putIn = (): void => {
    for (const [i, { variable }] of variables.entries()) variable.assign(averages[i]!);
  };
  return {
    update(count) {
      const own = Math.min(decay, (1 + count) / (10 + count));
      tf.tidy(() => {
        for (const [i, { variable }] of variables.entries()) {
          replace(i, tf.add(averages[i]!, tf.mul(tf.sub(variable, averages[i]!), 1 - own)));
        }
      });
    },
    apply: putIn,
    async inPlace(work) {
      const weights = variables.map(({ variable }) => tf.keep(tf.clone(variable as tf.Tensor)));
      try {
        putIn();
        return await work();
      } finally {
        for (const [i, { variable }] of variables.entries()) variable.assign(weights[i]!);
        tf.dispose(weights);
      }
    },
    state: () => readTensors(variables.map(({ name }, i) => [name, averages[i]!])),
    restore(state) {
      checkShapes(variables, state, "The averages of the checkpoint");
      for (const [i, { name, variable }] of variables.entries()) {
        replace(i, tf.tensor(state.get(name)!.data, variable.shape));
      }
    },
    dispose: () => tf.dispose(averages),
  };
}
