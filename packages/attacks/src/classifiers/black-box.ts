import { checkOptions, checkWhole, InputError, lookUp, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { CannotRunError } from "../contract/cannot-run-error.ts";
import type { Classifier } from "../contract/classifier.ts";
import { normaliser, type Normalisation } from "../layers/normalise.ts";
import { checkBounds, type Bounds } from "../norms/bounds.ts";
import { logitsOf, type ScoreKind } from "./score-kind.ts";

/** Images that a black box is asked about. */
export interface ImageBatch {
  /** Values in the order of `shape`, after any normalisation. */
  readonly values: Float32Array;
  /** `[n, ...]`, NHWC for images. */
  readonly shape: readonly number[];
  /** The sample that each belongs to. */
  readonly ids: Int32Array;
}

/** Settings of {@link blackBox}, other than the function that answers. */
export interface BlackBoxOptions extends Normalisation {
  /** Of one image: height, width, channels. */
  readonly inputShape: readonly number[];
  readonly numClasses: number;
  /** @defaultValue `{ min: 0, max: 1 }` */
  readonly bounds?: Bounds | undefined;
  /** Whether scores are answered or classes alone. @defaultValue "score" */
  readonly access?: "score" | "label" | undefined;
  /** What the scores are. @defaultValue "logits" */
  readonly scores?: ScoreKind | undefined;
  /** How many images are asked about at once, at most. @defaultValue as many as an attack asks about */
  readonly batchSize?: number | undefined;
  /** Whether two calls may answer differently. @defaultValue false */
  readonly random?: boolean | undefined;
  /** See {@link Classifier.digest}. @defaultValue nothing is kept */
  readonly digest?: (() => Promise<string>) | undefined;
}

/**
 * Answers with `[n, classes]` scores, row by row, or with one class per image; for two classes one score per image will do,
 * that of class 1. Rejects with the reason of `signal` when that gives the question up.
 */
export type BlackBox = (
  images: ImageBatch,
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<ArrayLike<number>>;

const OPTIONS: Readonly<Record<keyof BlackBoxOptions, true>> = {
  inputShape: true,
  numClasses: true,
  bounds: true,
  mean: true,
  std: true,
  access: true,
  scores: true,
  batchSize: true,
  random: true,
  digest: true,
};

/**
 * A classifier of anything that answers later, of which one sees scores or decisions alone: a program, a file, a service.
 * Attacks by scores or decisions run on it, if they can wait for an answer, as all by `defineSearch` can; the others are
 * {@link CannotRunError}s.
 *
 * @throws InputError for settings that cannot be; the classifier, for answers that do not fit them
 *
 * @example
 * ```ts
 * const classifier = blackBox(({ values, shape }) => program.scores(values, shape), {
 *   inputShape: [32, 32, 3],
 *   numClasses: 10,
 * });
 * ```
 */
export function blackBox(answer: BlackBox, options: BlackBoxOptions): Classifier {
  checkOptions("blackBox", options, OPTIONS);
  const { inputShape, access = "score", scores = "logits", random = false, digest } = options;
  inputShape.forEach((size) => checkWhole("A size of inputShape", size));
  const numClasses = checkWhole("numClasses", options.numClasses, 2);
  const batchSize = options.batchSize === undefined ? Infinity : checkWhole("batchSize", options.batchSize);
  const bounds = checkBounds(options.bounds ?? { min: 0, max: 1 });
  lookUp("access of a black box", access, { score: access, label: access });
  const normalise = normaliser(options, bounds, inputShape);
  const toLogits =
    access === "label"
      ? (said: ArrayLike<number>, n: number) => decisions(said, n, numClasses)
      : (said: ArrayLike<number>, n: number) => logitsOf(said, n, numClasses, scores);
  return {
    inputShape,
    numClasses,
    bounds,
    choosableBackward: false,
    random,
    access,
    async logitsAsync(x, ids, { signal } = {}) {
      const values = await valuesOf(normalise, x);
      const size = x.size / Math.max(1, ids.length);
      const rows = new Float32Array(ids.length * numClasses);
      for (let from = 0; from < ids.length; from += batchSize) {
        const to = Math.min(ids.length, from + batchSize);
        const part = { values: values.slice(from * size, to * size), shape: [to - from, ...inputShape] };
        const said = await answer({ ...part, ids: ids.slice(from, to) }, { signal });
        rows.set(toLogits(said, to - from), from * numClasses);
      }
      return tf.tensor2d(rows, [ids.length, numClasses]);
    },
    logits: () => refuse("The model answers later, and the attack asks in a step that cannot wait"),
    lossAndGradient: () => refuse("The model shows no gradients"),
    ...(digest && { digest }),
  };
}

function refuse(why: string): never {
  throw new CannotRunError(`${why}. Attacks that can be used are square, simba, gradient-estimate and hop-skip-jump.`);
}

async function valuesOf(normalise: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): Promise<Float32Array> {
  const normalised = tf.tidy(() => normalise(x));
  try {
    return await normalised.data<"float32">();
  } finally {
    if (normalised !== x) normalised.dispose();
  }
}

/** Scores that say no more than which class it is. They are no probabilities, and do not look like some. */
function decisions(said: ArrayLike<number>, n: number, numClasses: number): Float32Array {
  if (said.length !== n) {
    throw new InputError(`The model answered ${said.length} classes for ${n} images. It should give one for each.`);
  }
  const scores = new Float32Array(n * numClasses).fill(-1);
  for (let i = 0; i < n; i++) {
    const chosen = said[i]!;
    if (!Number.isInteger(chosen) || chosen < 0 || chosen >= numClasses) {
      throw new InputError(`The model answered ${show(chosen)}, but the classes are 0 to ${numClasses - 1}.`);
    }
    scores[i * numClasses + chosen] = 1;
  }
  return scores;
}
