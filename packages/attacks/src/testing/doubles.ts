import * as tf from "@tensorflow/tfjs-core";
import type { Classifier } from "../contract/classifier.ts";

/** Called before every pass through a model. */
export type ClassifierHook = (kind: "logits" | "lossAndGradient", x: tf.Tensor, ids: Int32Array) => void;

/** A classifier that tells of every call: to count them, to abort or to fail in the middle. */
export function withHook(classifier: Classifier, hook: ClassifierHook): Classifier {
  return {
    ...classifier,
    logits(x, ids) {
      hook("logits", x, ids);
      return classifier.logits(x, ids);
    },
    lossAndGradient(x, ids, loss, options) {
      hook("lossAndGradient", x, ids);
      return classifier.lossAndGradient(x, ids, loss, options);
    },
  };
}

/** New logits from the true ones. Runs inside `tf.tidy`. */
export type LogitsChange = (logits: tf.Tensor2D, x: tf.Tensor) => tf.Tensor2D;

/** A classifier whose logits are changed on the way out; its gradient stays the true one. */
export function withChangedLogits(classifier: Classifier, change: LogitsChange): Classifier {
  return {
    ...classifier,
    logits: (x, ids) => tf.tidy(() => change(classifier.logits(x, ids), x)),
    lossAndGradient: (x, ids, loss, options) =>
      tf.tidy(() => {
        const honest = classifier.lossAndGradient(x, ids, loss, options);
        return { ...honest, logits: change(honest.logits, x) };
      }),
  };
}
