import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Classifier } from "../contract/classifier.ts";
import type { Access } from "../contract/oracle.ts";
import { askLogits } from "../runtime/ask-logits.ts";

/**
 * Several models as one, whose scores are the means of theirs: to attack them all at once, as a surrogate for an unknown
 * model, or as a victim that is an ensemble. A gradient costs two passes through each.
 *
 * @see Dong et al.: "Boosting Adversarial Attacks with Momentum", CVPR 2018, arXiv 1710.06081, section 3.4
 * @throws InputError when there are none, or they do not take the same images to the same number of classes
 */
export function ensemble(members: readonly Classifier[]): Classifier {
  const [first, ...others] = members;
  if (first === undefined) throw new InputError("An ensemble needs at least one classifier.");
  for (const key of ["inputShape", "numClasses", "bounds"] as const) {
    const odd = others.find((each) => show(each[key]) !== show(first[key]));
    if (odd === undefined) continue;
    throw new InputError(
      `The classifiers of an ensemble have ${key} ${show(first[key])} and ${show(odd[key])}. Make them equal.`,
    );
  }
  const mean = (all: readonly tf.Tensor2D[]): tf.Tensor2D => tf.div(tf.addN([...all]), members.length);
  const logitsAsync: Classifier["logitsAsync"] = async (x, ids, options) => {
    const all = await Promise.all(members.map((each) => askLogits(each, x, ids, options)));
    return tf.tidy(() => {
      const scores = mean(all);
      tf.dispose(all);
      return scores;
    });
  };
  const logits: Classifier["logits"] = (x, ids, draws) =>
    tf.tidy(() => mean(members.map((each) => each.logits(x, ids, draws))));
  const { inputShape, numClasses, bounds } = first;
  return {
    inputShape,
    numClasses,
    bounds,
    choosableBackward: members.some(({ choosableBackward }) => choosableBackward),
    random: members.some(({ random }) => random === true),
    access: leastAccess(members),
    ...(members.some((each) => each.logitsAsync) && { logitsAsync }),
    logits,
    lossAndGradient: (x, ids, loss, options) =>
      tf.tidy(() => {
        const scores = logits(x, ids, options?.draws);
        const { value, grad } = tf.valueAndGrad((z) => loss(z as tf.Tensor2D))(scores);
        // The loss is a function of the mean; to each member it is linear around where the mean is.
        const slope = (z: tf.Tensor2D): tf.Tensor1D => tf.sum(tf.mul(z, tf.div(grad, members.length)), 1);
        const gradients = members.map((each) => each.lossAndGradient(x, ids, slope, options).gradient);
        return { loss: value as tf.Tensor1D, logits: scores, gradient: tf.addN(gradients) };
      }),
    ...(members.every(({ digest }) => digest !== undefined) && {
      digest: async () => `ensemble(${(await Promise.all(members.map((each) => each.digest!()))).join(",")})`,
    }),
  };
}

function leastAccess(members: readonly Classifier[]): Access {
  const shown = new Set(members.map(({ access = "gradient" }) => access));
  return (["label", "score"] as const).find((access) => shown.has(access)) ?? "gradient";
}
