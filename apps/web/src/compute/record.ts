import type { Classifier } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";

/** What a classifier was asked. */
export interface Recorded {
  /** All points and what was said to them, as they came; a point that repeats the one before is left out. */
  read(): Promise<{ points: Float32Array; logits: Float32Array }>;
  dispose(): void;
}

/** A classifier that keeps what it is asked and what it says. */
export function record(classifier: Classifier): { readonly watched: Classifier; readonly recorded: Recorded } {
  const kept: { readonly x: tf.Tensor; readonly logits: tf.Tensor }[] = [];
  // A clone shares its numbers, so that nothing is copied while the attack runs.
  const keep = (x: tf.Tensor, logits: tf.Tensor): void => {
    kept.push({ x: tf.keep(tf.clone(x)), logits: tf.keep(tf.clone(logits)) });
  };
  const watched: Classifier = {
    ...classifier,
    logits(x, ids) {
      const logits = classifier.logits(x, ids);
      keep(x, logits);
      return logits;
    },
    lossAndGradient(x, ids, loss, options) {
      const answer = classifier.lossAndGradient(x, ids, loss, options);
      keep(x, answer.logits);
      return answer;
    },
  };
  const recorded: Recorded = {
    async read() {
      const read = await Promise.all(
        kept.map(({ x, logits }) => Promise.all([x.data<"float32">(), logits.data<"float32">()])),
      );
      const fresh = read.filter(([x], i) => i === 0 || !equal(x, read[i - 1]![0]));
      return { points: join(fresh.map(([x]) => x)), logits: join(fresh.map(([, logits]) => logits)) };
    },
    dispose: () => tf.dispose(kept.flatMap(({ x, logits }) => [x, logits])),
  };
  return { watched, recorded };
}

function equal(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function join(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
