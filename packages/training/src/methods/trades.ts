import { asClassifier, threatModel } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { crossEntropy } from "../cross-entropy.ts";
import { ATTACK_PARAMS } from "./attack-params.ts";
import { craft } from "./craft.ts";
import { kl } from "./kl.ts";
import { trainingLogits } from "../training-logits.ts";
import { defineMethod, type MethodMaker } from "./method.ts";

const OWN = {
  beta: { type: "number", default: 6, min: 0, description: "Weight of the second term." },
} as const;

const PARAMS: typeof OWN & typeof ATTACK_PARAMS = { ...OWN, ...ATTACK_PARAMS };

/**
 * TRADES: the cross-entropy of the images as they are, and `beta` times the divergence between what the model says of them
 * and of attacked ones. The attack climbs that divergence, from next to the image. Gradients go through both sides.
 *
 * The defaults are the paper's, with the eps of k-WTA's.
 *
 * @see Zhang et al., "Theoretically Principled Trade-off between Robustness and Accuracy", ICML 2019, arXiv 1901.08573
 */
export const trades: MethodMaker<typeof PARAMS> = defineMethod({
  id: "trades",
  summary: "Cross-entropy, and the divergence that an attack can make.",
  params: PARAMS,
  check: ({ norm, eps }) => void threatModel({ norm, eps }),
  async craft(params, model, batch, signal) {
    const clean = asClassifier(model).logits(batch.x, batch.ids);
    try {
      const loss = (logits: tf.Tensor2D): tf.Tensor1D => kl(clean, logits);
      return await craft(model, batch, { ...params, start: "near", loss }, signal);
    } finally {
      clean.dispose();
    }
  },
  objective({ beta }, model, { x, targets }, attacked) {
    const logits = trainingLogits(model, x);
    const robustLogits = trainingLogits(model, attacked);
    const divergence = tf.mean(kl(logits, robustLogits));
    return { loss: tf.add(crossEntropy(logits, targets), tf.mul(divergence, beta)), logits, robustLogits };
  },
});
