import { InputError, lookUp } from "@kwta/core";

/** What the scores of a model are: before a softmax, after it, or their logarithm. */
export type ScoreKind = "logits" | "probabilities" | "log-probabilities";

/** By name, how a score becomes one whose softmax gives the model's probabilities. */
const TO_LOGIT: Readonly<Record<ScoreKind, (score: number) => number>> = {
  logits: (score) => score,
  // 0 is what a small probability was rounded to.
  probabilities: (score) => Math.log(score === 0 ? LEAST : score),
  "log-probabilities": (score) => (score === -Infinity ? Math.log(LEAST) : score),
};

/** The smallest normal number of float32. */
const LEAST = 2 ** -126;

/**
 * Scores as attacks want them, `[n, classes]`: what a model with two classes says of class 1 alone is completed. What is not
 * finite stays so.
 *
 * @throws InputError when there are not that many
 */
export function logitsOf(said: ArrayLike<number>, n: number, numClasses: number, kind: ScoreKind): Float32Array {
  const toLogit = lookUp("kind of scores", kind, TO_LOGIT);
  const isForOne = said.length === n && numClasses === 2;
  if (!isForOne && said.length !== n * numClasses) {
    throw new InputError(
      `The model answered ${said.length} scores for ${n} images, not ${n * numClasses}: ${numClasses} classes for each. ` +
        "Say how many classes it has.",
    );
  }
  if (!isForOne) return Float32Array.from(said, toLogit);
  return Float32Array.from({ length: 2 * n }, (_, i) => {
    const score = said[i >> 1]!;
    if (kind === "logits") return i % 2 === 0 ? 0 : score;
    const chance = kind === "probabilities" ? score : Math.exp(score);
    return TO_LOGIT.probabilities(i % 2 === 0 ? 1 - chance : chance);
  });
}
