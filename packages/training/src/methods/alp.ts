import { threatModel } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { crossEntropy } from "../cross-entropy.ts";
import { ATTACK_PARAMS } from "./attack-params.ts";
import { craft } from "./craft.ts";
import { trainingLogits } from "../training-logits.ts";
import { defineMethod, type MethodMaker } from "./method.ts";

const OWN = {
  weight: { type: "number", default: 0.5, min: 0, description: "Of the mean square between the logits." },
} as const;

const PARAMS: typeof OWN & typeof ATTACK_PARAMS = { ...OWN, ...ATTACK_PARAMS };

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
    const logits = trainingLogits(model, x);
    const robustLogits = trainingLogits(model, attacked);
    const apart = tf.mean(tf.square(tf.sub(robustLogits, logits)));
    return { loss: tf.add(crossEntropy(robustLogits, targets), tf.mul(apart, weight)), logits, robustLogits };
  },
});
