import { outOf, type Check, type Observation } from "./check.ts";
import type { Probes } from "./probes.ts";
import * as tf from "@tensorflow/tfjs-core";

/** AutoAttack's flag: a model that answers at random, or that should and does not. */
export const randomAnswers: Check = {
  id: "random-answers",
  summary: "a model that answers differently when it is asked twice, or one that is said to and does not",
  async look({ report, probes }) {
    const found: Observation[] = [];
    const lost = report.attacks.flatMap(({ at }) => at.flatMap(({ diagnostics }) => diagnostics));
    const taken = lost.filter(({ kind }) => kind === "nondeterministic").reduce((sum, { count }) => sum + count, 0);
    if (taken > 0) {
      found.push({
        severity: "red-flag",
        seen: `${taken} points were adversarial when an attack saw them and not when they were verified.`,
        suggests: "The model takes its answers back: it is random, or its answer depends on the batch.",
        next: "Say that it is random (Classifier.random) and attack its mean with eot(apgd), or look for batch statistics.",
      });
    }
    // What attacks saw of it is enough to say that it is so, and not that it is not.
    if ("notRun" in probes) return taken > 0 ? found : probes;
    const changed = await changedAnswers(probes);
    const n = probes.ids.length;
    if (probes.classifier.random !== true && changed > 0) {
      found.push({
        severity: "red-flag",
        seen: `Asked twice about the same images, the model gave other scores for ${outOf(changed, n)}.`,
        suggests: "The model is random, so single answers and single gradients say little of it.",
        next: "Say so (Classifier.random), and attack its mean: the protocol rand, or eot(apgd).",
      });
    } else if (probes.classifier.random === true && changed === 0) {
      found.push({
        severity: "warning",
        seen: `The model is said to be random, and gave the same scores for ${n} images with other draws.`,
        suggests: "Its randomness is lost: dropout or noise that is off in inference mode, or one seed for all.",
        next: "Turn the randomness on, or evaluate it as the fixed model that it is.",
      });
    }
    return found;
  },
};

/** How many samples get other scores the second time. */
async function changedAnswers({ classifier, x, ids }: Probes): Promise<number> {
  const ask = async (draw: number): Promise<Float32Array> => {
    const draws = new Uint32Array(ids.length).fill(draw);
    const logits = classifier.logitsAsync
      ? await classifier.logitsAsync(x, ids, { draws })
      : tf.tidy(() => classifier.logits(x, ids, draws));
    return logits.data<"float32">().finally(() => logits.dispose());
  };
  const [first, second] = [(await ask(0)).slice(), await ask(1)];
  const classes = first.length / ids.length;
  const isSame = (i: number): boolean => Object.is(first[i], second[i]);
  return [...ids.keys()].filter((row) => !Array.from({ length: classes }, (_, j) => row * classes + j).every(isSame))
    .length;
}
