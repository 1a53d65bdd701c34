import * as tf from "@tensorflow/tfjs-core";
import type { Goal } from "./goal.ts";

/** One number per sample, from logits `[n, classes]` to `[n]`. Attacks maximise it. */
export type PerSampleLoss = (logits: tf.Tensor2D) => tf.Tensor1D;

/** A loss that an attack maximises, made for what it wants of each sample. */
export type Loss = (goal: Goal) => PerSampleLoss;

/** The class whose score matters, and whether the attacker wants it up (+1) or down (-1). */
export function focus(goal: Goal): { readonly classes: Int32Array; readonly sign: 1 | -1 } {
  return goal.kind === "untargeted" ? { classes: goal.labels, sign: -1 } : { classes: goal.targets, sign: 1 };
}

/** `[n, classes]`, true at each row's class. */
export function oneHot(classes: Int32Array | tf.Tensor, logits: tf.Tensor2D): tf.Tensor2D {
  return tf.cast(wholeOneHot(classes, logits), "bool");
}

/** `[n, classes]`, 1 at each row's class, else 0. */
export function oneHotNumbers(classes: Int32Array | tf.Tensor, logits: tf.Tensor2D): tf.Tensor2D {
  return tf.cast(wholeOneHot(classes, logits), "float32");
}

/** Asked for another type, TensorFlow.js's wasm writes the bits of integers all the same. */
function wholeOneHot(classes: Int32Array | tf.Tensor, { shape }: tf.Tensor2D): tf.Tensor2D {
  const list = classes instanceof Int32Array ? tf.tensor1d(classes, "int32") : tf.reshape(classes, [-1]);
  return tf.oneHot(list as tf.Tensor1D, shape[1]) as tf.Tensor2D;
}

/** Each row's score at its class. A selection, not a product with the mask: 0 times infinity is NaN. */
export function ownScore(scores: tf.Tensor2D, own: tf.Tensor2D): tf.Tensor {
  return tf.sum(tf.where(own, scores, tf.zerosLike(scores)), 1);
}
