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
        const next = makeRule(momentum, weightDecay, learningRate);
        for (const [i, { variable }] of variables.entries()) {
          const [value, velocity] = next(variable, velocities[i]!, gradients[i]!);
          variable.assign(value);
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

/** A variable's next value and velocity. */
type Rule = (variable: tf.Tensor, velocity: tf.Tensor, gradient: tf.Tensor) => [value: tf.Tensor, velocity: tf.Tensor];

/** By one kernel where the backend has it, see `@kwta/backend-tensorflow`. */
function makeRule(momentum: number, weightDecay: number, learningRate: number): Rule {
  if (tf.getKernel("MomentumStep", tf.getBackend())) {
    const settings = tf.tensor1d([momentum, weightDecay, learningRate]);
    return (w, velocity, gradient) =>
      tf.engine().runKernel<tf.Tensor[]>("MomentumStep", { w, velocity, gradient, settings }) as [tf.Tensor, tf.Tensor];
  }
  return (w, velocity, gradient) => {
    const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(w, weightDecay));
    const next = tf.add(tf.mul(velocity, momentum), decayed);
    return [tf.sub(w, tf.mul(next, learningRate)), next];
  };
}
