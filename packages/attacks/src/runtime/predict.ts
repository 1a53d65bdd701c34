import { breathe, checkWhole } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Classifier } from "../contract/classifier.ts";
import type { Samples } from "../contract/samples.ts";
import { goalOf, type Goal } from "../losses/goal.ts";
import { verdictsOf } from "../losses/verdict.ts";
import { askLogits } from "./ask-logits.ts";
import { checkSamples } from "./checks.ts";
import { gatherRows, rowsFrom } from "./rows.ts";

/** What a model says about samples. All arrays run along them. */
export interface Predictions {
  /** The class of highest score; 0 where no score is finite. */
  readonly predicted: Int32Array;
  /**
   * By how much the best wrong class leads over the sample's own: positive where the model is wrong, NaN where a score is
   * not finite.
   */
  readonly margin: Float32Array;
  /** 1 where the sample is classified correctly, with finite scores. */
  readonly correct: Uint8Array;
  /**
   * 0 where a score lies outside of [0, 1], 1 where none does, 2 where they also sum to 1 or one of them is nearly 1; see
   * {@link areProbabilities}.
   */
  readonly probabilities: Uint8Array;
}

/** Options of {@link predict}. */
export interface PredictOptions {
  /** Samples in one call of the model. @defaultValue 100 */
  readonly batchSize?: number | undefined;
  /** Over how many draws the scores of a random model are averaged. @defaultValue 20 */
  readonly draws?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @see {@link PredictOptions} */
export const DRAWS = 20;

/**
 * Asks a model which class each sample has.
 *
 * @throws InputError for labels, ids or a batch size that cannot be
 * @throws AbortedError when the signal stopped it
 *
 * @example
 * ```ts
 * const { correct } = await predict(classifier, { x, labels });
 * ```
 */
export async function predict(
  classifier: Classifier,
  samples: Samples,
  { batchSize = 100, draws = DRAWS, signal }: PredictOptions = {},
): Promise<Predictions> {
  checkWhole("batchSize", batchSize);
  checkWhole("draws", draws);
  const { x, labels, ids } = checkSamples(samples, classifier);
  const n = ids.length;
  const goal: Goal = { kind: "untargeted", labels };
  const parts: Predictions[] = [];
  for (let start = 0; start < n; start += batchSize) {
    await breathe(signal);
    const rows = rowsFrom(start, Math.min(batchSize, n - start));
    const part = gatherRows(x, rows);
    try {
      const asked = rows.map((row) => ids[row]!);
      parts.push(await ask(classifier, part, asked, goalOf(goal, rows), { draws, signal }));
    } finally {
      part.dispose();
    }
  }
  return {
    predicted: Int32Array.from(parts.flatMap(({ predicted }) => [...predicted])),
    margin: Float32Array.from(parts.flatMap(({ margin }) => [...margin])),
    correct: Uint8Array.from(parts.flatMap(({ correct }) => [...correct])),
    probabilities: Uint8Array.from(parts.flatMap(({ probabilities }) => [...probabilities])),
  };
}

/**
 * What a model says, which no oracle counts: one forward pass, or the mean of several if it is random. For a target the
 * margin is that of the goal.
 */
export async function ask(
  classifier: Classifier,
  x: tf.Tensor,
  ids: Int32Array,
  goal: Goal,
  { draws, signal }: { readonly draws: number; readonly signal?: AbortSignal | undefined },
): Promise<Predictions> {
  const answer = await (classifier.random === true
    ? meanLogits(classifier, x, ids, draws, signal)
    : askLogits(classifier, x, ids, { signal }));
  const logits = await answer.data<"float32">().finally(() => answer.dispose());
  const verdicts = verdictsOf(logits, goal);
  const scoresOf = (row: number): Float32Array =>
    logits.subarray(row * classifier.numClasses, (row + 1) * classifier.numClasses);
  return {
    predicted: Int32Array.from(verdicts, ({ predicted }) => predicted),
    margin: Float32Array.from(verdicts, ({ margin }) => margin),
    correct: Uint8Array.from(verdicts, ({ predicted, margin }, row) =>
      Number(predicted === goal.labels[row] && !Number.isNaN(margin)),
    ),
    probabilities: Uint8Array.from(verdicts, (_, row) => likeProbabilities(scoresOf(row))),
  };
}

/** See {@link Predictions.probabilities}. */
function likeProbabilities(scores: Float32Array): 0 | 1 | 2 {
  if (!scores.every((each) => each >= 0 && each <= 1)) return 0;
  const sum = scores.reduce((total, each) => total + each, 0);
  return Math.max(...scores) > 0.99 || Math.abs(sum - 1) < 1e-4 ? 2 : 1;
}

async function meanLogits(
  classifier: Classifier,
  x: tf.Tensor,
  ids: Int32Array,
  draws: number,
  signal: AbortSignal | undefined,
): Promise<tf.Tensor2D> {
  let sum: tf.Tensor2D = tf.zeros([ids.length, classifier.numClasses]);
  try {
    for (let draw = 0; draw < draws; draw++) {
      const own = new Uint32Array(ids.length).fill(draw);
      const logits = await askLogits(classifier, x, ids, { draws: own, signal });
      const next = tf.add<tf.Tensor2D>(sum, logits);
      tf.dispose([sum, logits]);
      sum = next;
    }
    return tf.div(sum, draws);
  } finally {
    sum.dispose();
  }
}

/** Whether a model's scores look like probabilities, as softmax and sigmoid give them, and not like logits. */
export function areProbabilities({ probabilities }: Predictions): boolean {
  return probabilities.every((each) => each > 0) && probabilities.includes(2);
}

/** What was said about some of the samples, in the order of `rows`. */
export function predictionsOf(all: Predictions, rows: Int32Array): Predictions {
  return {
    predicted: rows.map((row) => all.predicted[row]!),
    margin: Float32Array.from(rows, (row) => all.margin[row]!),
    correct: Uint8Array.from(rows, (row) => all.correct[row]!),
    probabilities: Uint8Array.from(rows, (row) => all.probabilities[row]!),
  };
}
