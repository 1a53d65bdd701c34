import * as tf from "@tensorflow/tfjs-core";
import { ADAM_SLOTS, adamRule } from "./adam-rule.ts";
import { defineOptimizer, type OptimizerMaker } from "./optimizer.ts";

const PARAMS = {
  beta1: { type: "number", default: 0.9, min: 0, max: 0.9999, description: "Of the mean of the gradients." },
  beta2: { type: "number", default: 0.999, min: 0, max: 0.999999, description: "Of the mean of their squares." },
  epsilon: { type: "number", default: 1e-8, min: 0, description: "Added to the root." },
  weightDecay: {
    type: "number",
    default: 0.01,
    min: 0,
    description: "Each weight shrinks by learningRate * weightDecay first.",
  },
  decays: {
    type: "choice",
    choices: ["all", "kernels"],
    default: "all",
    description: "What decays: all weights, or neither biases nor batch norm.",
  },
} as const;

/**
 * AdamW, the rule of PyTorch's: weights decay by themselves, not through their gradients.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html
 */
export const adamw: OptimizerMaker<typeof PARAMS> = defineOptimizer({
  id: "adamw",
  summary: "Adam whose weights decay by themselves.",
  params: PARAMS,
  slots: ADAM_SLOTS,
  rule(params) {
    const next = adamRule(params);
    return ({ value: w, gradient, slots, weightDecay }, at) => {
      const decayed = weightDecay === 0 ? w : tf.mul(w, 1 - at.learningRate * weightDecay);
      return next(decayed, gradient, slots, at);
    };
  },
});
