import { askLogits, gatherRows, type CheckedSamples, type Classifier } from "@kwta/attacks";
import { breathe, InputError, keyedRandom, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Which class each sample is to be taken for, in a targeted evaluation:
 *
 * - `"likely"`: the wrong class of highest score, which is the easiest
 * - `"least-likely"`: the class of lowest score
 * - `"random"`: any wrong class, by the seed and the sample's id
 * - a number: this class, for all samples, none of which may be of it
 * - a list: a class for each sample
 */
export type TargetChoice = "likely" | "least-likely" | "random" | number | ArrayLike<number>;

/** What the attacker wants, where it is not any wrong class. */
export interface TargetedGoal {
  readonly kind: "targeted";
  /** As it was asked for; `"given"` where each sample has a target of its own. */
  readonly targets: "likely" | "least-likely" | "random" | "given" | number;
}

/** How targets are chosen. */
interface ChoiceSettings {
  readonly seed: number;
  readonly batchSize: number;
  /** Of a random model, over how many draws its scores are averaged. */
  readonly draws: number;
  readonly signal: AbortSignal;
}

/** The goal that a choice stands for. */
export function goalOfChoice(choice: TargetChoice): TargetedGoal {
  return { kind: "targeted", targets: typeof choice === "object" ? "given" : choice };
}

/**
 * The target of each sample.
 *
 * @throws InputError for a choice that there is not, a class that there is not, a sample that has its target already, and a
 *   ranking of classes that the model does not show
 */
export async function chooseTargets(
  choice: TargetChoice,
  classifier: Classifier,
  samples: CheckedSamples,
  settings: ChoiceSettings,
): Promise<Int32Array> {
  const { labels, ids } = samples;
  const { numClasses } = classifier;
  if (choice === "random") {
    return labels.map((label, i) => {
      const drawn = Math.floor(keyedRandom(settings.seed, "target", ids[i]!).at(0) * (numClasses - 1));
      return drawn < label ? drawn : drawn + 1;
    });
  }
  if (choice === "likely" || choice === "least-likely") return byScore(choice, classifier, samples, settings);
  if (typeof choice === "number")
    return checkTargets(new Array<number>(labels.length).fill(choice), labels, numClasses);
  if (typeof choice === "object" && typeof (choice as Partial<ArrayLike<number>> | null)?.length === "number") {
    if (choice.length === labels.length) return checkTargets(choice, labels, numClasses);
    throw new InputError(`There are ${choice.length} targets for ${labels.length} images. Give one per image.`);
  }
  throw new InputError(
    `The targets are ${show(choice)}. Take "likely", "least-likely", "random", a class, or a class for each sample.`,
  );
}

function checkTargets(given: ArrayLike<number>, labels: Int32Array, numClasses: number): Int32Array {
  const targets = Array.from(given);
  const odd = targets.find((each) => !Number.isInteger(each) || each < 0 || each >= numClasses);
  if (odd !== undefined) throw new InputError(`A target is ${show(odd)}, but the classes are 0 to ${numClasses - 1}.`);
  const same = targets.findIndex((target, i) => target === labels[i]);
  if (same < 0) return Int32Array.from(targets);
  const all = labels.filter((label, i) => label === targets[i]).length;
  throw new InputError(
    `The target of sample ${same} is its true class ${labels[same]}, and so it is for ${all} of ${labels.length} samples. ` +
      "Leave the samples of the target class out, or choose other targets.",
  );
}

async function byScore(
  choice: "likely" | "least-likely",
  classifier: Classifier,
  { x, labels, ids }: CheckedSamples,
  { batchSize, draws, signal }: ChoiceSettings,
): Promise<Int32Array> {
  if (classifier.access === "label") {
    throw new InputError(
      `The model shows nothing but classes, which says nothing of the ${choice} ones. Take "random", or a class.`,
    );
  }
  const targets = new Int32Array(labels.length);
  for (let start = 0; start < labels.length; start += batchSize) {
    await breathe(signal);
    const rows = Int32Array.from({ length: Math.min(batchSize, labels.length - start) }, (_, i) => start + i);
    const part = gatherRows(x, rows);
    const own = rows.map((row) => ids[row]!);
    const scores = await meanScores(classifier, part, own, draws, signal).finally(() => part.dispose());
    for (const [i, row] of rows.entries())
      targets[row] = extreme(scores[i]!, labels[row]!, choice === "likely" ? 1 : -1);
  }
  return targets;
}

async function meanScores(
  classifier: Classifier,
  x: tf.Tensor,
  ids: Int32Array,
  draws: number,
  signal: AbortSignal,
): Promise<number[][]> {
  const isRandom = classifier.random === true;
  const sums = Array.from(ids, () => new Array<number>(classifier.numClasses).fill(0));
  for (let draw = 0; draw < (isRandom ? draws : 1); draw++) {
    const own = isRandom ? { draws: new Uint32Array(ids.length).fill(draw) } : {};
    const logits = await askLogits(classifier, x, ids, { ...own, signal });
    const scores = await logits.array().finally(() => logits.dispose());
    for (const [row, sum] of sums.entries()) for (const c of sum.keys()) sum[c]! += scores[row]![c]!;
  }
  return sums;
}

/** The wrong class of highest score, or, with the sign -1, of lowest. Of equal ones the first; NaN is none. */
function extreme(scores: readonly number[], label: number, sign: 1 | -1): number {
  let best = label === 0 ? 1 : 0;
  for (const [c, score] of scores.entries()) if (c !== label && sign * score > sign * scores[best]!) best = c;
  return best;
}
