import type { NamedTensor } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { checkShapes, readTensors, type NamedVariable } from "./weights.ts";

/** @see {@link momentumSgd} */
export interface MomentumSgdOptions {
  /** @defaultValue 0.9 */
  readonly momentum?: number;
  /** Added to each gradient as `weightDecay * w`. @defaultValue 0 (the paper) */
  readonly weightDecay?: number;
}

/** Stochastic gradient descent whose whole state can be read and put back, so that a resumed training is the same one. */
export interface MomentumSgd {
  /** Makes one step; `gradients` are in the order of the variables and stay the caller's. */
  step(gradients: readonly tf.Tensor[], learningRate: number): void;
  /** The velocities by variable name. */
  state(): Promise<Map<string, NamedTensor>>;
  /**
   * Puts back what `state` gave.
   *
   * @throws InputError that names a missing or misshapen tensor
   */
  restore(state: ReadonlyMap<string, NamedTensor>): void;
  dispose(): void;
}

/**
 * `v <- momentum * v + g + weightDecay * w`, `w <- w - learningRate * v`: the rule of PyTorch's SGD.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
 */
export function momentumSgd(
  variables: readonly NamedVariable[],
  { momentum = 0.9, weightDecay = 0 }: MomentumSgdOptions = {},
): MomentumSgd {
  const velocities = variables.map(({ variable }) => tf.keep(tf.zeros(variable.shape)));
  const replace = (index: number, value: tf.Tensor): void => {
    velocities[index]!.dispose();
    velocities[index] = tf.keep(value);
  };
  return {
    step(gradients, learningRate) {
      tf.tidy(() => {
        for (const [i, { variable }] of variables.entries()) {
          const decayed = weightDecay === 0 ? gradients[i]! : tf.add(gradients[i]!, tf.mul(variable, weightDecay));
          const velocity = tf.add(tf.mul(velocities[i]!, momentum), decayed);
          variable.assign(tf.sub(variable, tf.mul(velocity, learningRate)));
          replace(i, velocity);
        }
      });
    },
    state: () => readTensors(variables.map(({ name }, i) => [name, velocities[i]!])),
    restore(state) {
      checkShapes(variables, state, "The state of the optimizer");
      for (const [i, { name, variable }] of variables.entries()) {
        replace(i, tf.tensor(state.get(name)!.data, variable.shape));
      }
    },
    dispose: () => tf.dispose(velocities),
  };
}
