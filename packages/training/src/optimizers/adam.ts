import * as tf from "@tensorflow/tfjs-core";
import { ADAM_SLOTS, adamRule } from "./adam-rule.ts";
import { defineOptimizer, type OptimizerMaker } from "./optimizer.ts";

const PARAMS = {
  beta1: { type: "number", default: 0.9, min: 0, max: 0.9999, description: "Of the mean of the gradients." },
  beta2: { type: "number", default: 0.999, min: 0, max: 0.999999, description: "Of the mean of their squares." },
  epsilon: { type: "number", default: 1e-8, min: 0, description: "Added to the root." },
  weightDecay: { type: "number", default: 0, min: 0, description: "Added to each gradient as weightDecay * w." },
  decays: {
    type: "choice",
    choices: ["all", "kernels"],
    default: "all",
    description: "What decays: all weights, or neither biases nor batch norm.",
  },
} as const;

/**
 * Adam, the rule of PyTorch's: weight decay goes through the gradient.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adam.html
 */
export const adam: OptimizerMaker<typeof PARAMS> = defineOptimizer({
  id: "adam",
  summary: "Steps scaled by the mean square of each weight's gradients.",
  params: PARAMS,
  slots: ADAM_SLOTS,
  rule(params) {
    const next = adamRule(params);
    return ({ value: w, gradient, slots, weightDecay }, at) => {
      const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(w, weightDecay));
      return next(w, decayed, slots, at);
    };
  },
});
