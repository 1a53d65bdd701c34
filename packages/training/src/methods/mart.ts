import { threatModel } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { crossEntropy } from "../cross-entropy.ts";
import { ATTACK_PARAMS } from "./attack-params.ts";
import { craft } from "./craft.ts";
import { kl } from "./kl.ts";
import { trainingLogits } from "../training-logits.ts";
import { defineMethod, type MethodMaker } from "./method.ts";

const OWN = {
  beta: { type: "number", default: 6, min: 0, description: "Weight of the divergence; 5 is common." },
} as const;

const PARAMS: typeof OWN & typeof ATTACK_PARAMS = { ...OWN, ...ATTACK_PARAMS };

/**
 * MART, misclassification-aware adversarial training: on attacked images the cross-entropy and a margin to the strongest
 * wrong class, and `beta` times the divergence between clean and attacked, weighted by how wrong the model is about the
 * image as it is.
 *
 * @see Wang et al., "Improving Adversarial Robustness Requires Revisiting Misclassified Examples", ICLR 2020
 */
export const mart: MethodMaker<typeof PARAMS> = defineMethod({
  id: "mart",
  summary: "Adversarial training that minds images which are wrong already.",
  params: PARAMS,
  check: ({ norm, eps }) => void threatModel({ norm, eps }),
  craft: (params, model, batch, signal) => craft(model, batch, { ...params, start: "near" }, signal),
  objective({ beta }, model, { x, targets, labels }, attacked) {
    const logits = trainingLogits(model, x);
    const robustLogits = trainingLogits(model, attacked);
    const own = tf.oneHot(labels, logits.shape[1]) as tf.Tensor2D;
    const strongest = strongestWrong(robustLogits, own);
    const pushed = tf.neg(tf.mean(tf.log(tf.add(tf.sub(LARGER_THAN_1, strongest), TINY))));
    const trust = tf.sum(tf.mul(tf.softmax(logits), own), 1);
    const divergence = tf.mean(tf.mul(kl(logits, robustLogits), tf.sub(ALMOST_1, trust)));
    const boosted = tf.add(crossEntropy(robustLogits, targets), pushed);
    return { loss: tf.add(boosted, tf.mul(divergence, beta)) as tf.Scalar, logits, robustLogits };
  },
});

/** The authors' constants. */
const LARGER_THAN_1 = 1.0001;
const TINY = 1e-12;
const ALMOST_1 = 1.0000001;

/** Probability of the likeliest class but the own, `[n]`; which one it is has no gradient. */
function strongestWrong(logits: tf.Tensor2D, own: tf.Tensor2D): tf.Tensor {
  const probabilities = tf.softmax(logits);
  const which = tf.argMax(tf.sub(probabilities, tf.mul(own, 2)), 1) as tf.Tensor1D;
  return tf.sum(tf.mul(probabilities, tf.oneHot(which, logits.shape[1])), 1);
}
