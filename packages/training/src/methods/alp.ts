import { NORM_NAMES, threatModel, type Norm } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { crossEntropy } from "../cross-entropy.ts";
import { craft } from "./craft.ts";
import { defineMethod, type MethodMaker } from "./method.ts";

const PARAMS = {
  weight: { type: "number", default: 0.5, min: 0, description: "Of the mean square between the logits." },
  norm: {
    type: "choice",
    choices: NORM_NAMES as readonly Norm[],
    default: "linf",
    description: "Of the perturbation.",
  },
  eps: {
    type: "length",
    default: 0.031,
    relative: false,
    zero: true,
    description: "Size of the perturbation, images in [0, 1].",
  },
  steps: { type: "integer", default: 10, min: 1, description: "Gradient steps of the attack." },
  stepSize: { type: "length", default: "7/31 eps", description: "Length of each." },
  backward: {
    type: "string",
    default: "exact",
    description: "What stands for the derivative of k-WTA layers in the attack: exact, gate:0.2.",
  },
} as const;

/**
 * Adversarial logit pairing: the cross-entropy of attacked images, and `weight` times the mean square of what the attack
 * changes in the logits. As in the authors' code for k-WTA.
 *
 * @see Kannan, Kurakin, Goodfellow, "Adversarial Logit Pairing", 2018, arXiv 1803.06373
 */
export const alp: MethodMaker<typeof PARAMS> = defineMethod({
  id: "alp",
  summary: "Adversarial logit pairing: adversarial training that keeps the logits together.",
  params: PARAMS,
  check: ({ norm, eps }) => void threatModel({ norm, eps }),
  craft: (params, model, batch, signal) => craft(model, batch, { ...params, start: "random" }, signal),
  objective({ weight }, model, { x, targets }, attacked) {
    const logits = model.apply(x, { training: true }) as tf.Tensor2D;
    const robustLogits = model.apply(attacked, { training: true }) as tf.Tensor2D;
    const apart = tf.mean(tf.square(tf.sub(robustLogits, logits)));
    return { loss: tf.add(crossEntropy(robustLogits, targets), tf.mul(apart, weight)), logits, robustLogits };
  },
});
