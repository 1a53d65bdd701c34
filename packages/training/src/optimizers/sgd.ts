import * as tf from "@tensorflow/tfjs-core";
import { defineOptimizer, type OptimizerMaker, type UpdateAt, type Updated } from "./optimizer.ts";

const PARAMS = {
  momentum: { type: "number", default: 0.9, min: 0, max: 1, description: "Of the velocity." },
  nesterov: { type: "boolean", default: false, description: "Look ahead along the velocity." },
  weightDecay: { type: "number", default: 0, min: 0, description: "Added to each gradient as weightDecay * w." },
  decays: {
    type: "choice",
    choices: ["all", "kernels"],
    default: "all",
    description: "What decays: all weights, or neither biases nor batch norm.",
  },
} as const;

/**
 * Stochastic gradient descent: `v <- momentum * v + g + weightDecay * w`, `w <- w - learningRate * v`; with Nesterov
 * `w <- w - learningRate * (g + weightDecay * w + momentum * v)`. The rule of PyTorch's SGD; the paper has no weight decay.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
 */
export const sgd: OptimizerMaker<typeof PARAMS> = defineOptimizer({
  id: "sgd",
  summary: "Gradient descent with momentum.",
  params: PARAMS,
  slots: ["velocity"],
  rule: ({ momentum, nesterov }) =>
    !nesterov && tf.getKernel("MomentumStep", tf.getBackend()) ? inOneKernel(momentum) : rule(momentum, nesterov),
});

type Rule = (weight: Updated, at: UpdateAt) => readonly tf.Tensor[];

/** Where the backend has it, as wasm and tensorflow do. */
function inOneKernel(momentum: number): Rule {
  return ({ value: w, gradient, slots: [velocity], weightDecay }, { learningRate }) => {
    const settings = tf.tensor1d([momentum, weightDecay, learningRate]);
    return tf.engine().runKernel<tf.Tensor[]>("MomentumStep", { w, velocity: velocity!, gradient, settings });
  };
}

function rule(momentum: number, nesterov: boolean): Rule {
  return ({ value: w, gradient, slots: [velocity], weightDecay }, { learningRate }) => {
    const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(w, weightDecay));
    const next = tf.add(tf.mul(velocity!, momentum), decayed);
    const direction = nesterov ? tf.add(decayed, tf.mul(next, momentum)) : next;
    return [tf.sub(w, tf.mul(direction, learningRate)), next];
  };
}
