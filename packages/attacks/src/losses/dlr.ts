import * as tf from "@tensorflow/tfjs-core";
import type { Goal } from "./goal.ts";
import { oneHot, oneHotNumbers, type Loss } from "./loss.ts";
import { margin } from "./margin.ts";

/**
 * The difference of logits ratio, which neither shifting nor scaling the logits changes:
 * `(max_{j != y} z_j - z_y) / (z_(1) - z_(3))` with the logits in falling order, or, for a target t,
 * `(z_t - z_y) / (z_(1) - (z_(3) + z_(4)) / 2)`. With less than three classes, or four for a target, there is no such ratio,
 * and it is the margin.
 *
 * @see Croce, Hein: "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks"
 * (2020), section 4
 */
export const dlr: Loss = (goal) => (logits) => {
  if (logits.shape[1] < (goal.kind === "targeted" ? 4 : 3)) return margin(goal)(logits);
  return ratio(goal)(logits);
};

/** With a gradient of its own, since that of topk is missing: numerator and denominator are sums of some logits. */
function ratio(goal: Goal): (logits: tf.Tensor2D) => tf.Tensor1D {
  const compute = tf.customGrad((logits, save) => {
    const z = logits as tf.Tensor2D;
    const [above, below] = goal.kind === "targeted" ? targetedTerms(goal, z) : untargetedTerms(goal, z);
    const numerator = tf.sum(tf.mul(above, z), 1, true);
    const denominator = tf.add(tf.sum(tf.mul(below, z), 1, true), TINY);
    const value = tf.div(numerator, denominator);
    (save as (tensors: tf.Tensor[]) => void)([above, below, value, denominator]);
    return {
      value: tf.reshape(value, [-1]),
      gradFunc: (dy: tf.Tensor, [over, under, quotient, divisor]: tf.Tensor[]) =>
        tf.mul(tf.reshape(dy, [-1, 1]), tf.div(tf.sub(over!, tf.mul(quotient!, under!)), divisor!)),
    };
  });
  return (logits) => tf.tidy(() => compute(logits) as tf.Tensor1D);
}

/** How often each logit counts in the numerator and in the denominator. */
function untargetedTerms({ labels }: Goal, z: tf.Tensor2D): [tf.Tensor, tf.Tensor] {
  const best = tf.argMax(tf.where(oneHot(labels, z), tf.fill(z.shape, -Infinity), z), 1);
  const [first, , third] = byRank(z, 3) as [tf.Tensor, tf.Tensor, tf.Tensor];
  return [tf.sub(oneHotNumbers(best, z), oneHotNumbers(labels, z)), tf.sub(first, third)];
}

function targetedTerms(goal: Extract<Goal, { kind: "targeted" }>, z: tf.Tensor2D): [tf.Tensor, tf.Tensor] {
  const [own, wanted] = [goal.labels, goal.targets].map((classes) => oneHotNumbers(classes, z));
  const [first, , third, fourth] = byRank(z, 4) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  return [tf.sub(wanted!, own!), tf.sub(first, tf.div(tf.add(third, fourth), 2))];
}

/** For each of the first ranks 1 at the logit that has it, 0 elsewhere. */
function byRank(z: tf.Tensor2D, count: number): tf.Tensor[] {
  return tf.unstack(tf.topk(z, count).indices, 1).map((classes) => oneHotNumbers(classes, z));
}

/** As in AutoAttack: keeps equal logits from a division by zero. */
const TINY = 1e-12;
