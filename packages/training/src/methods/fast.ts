import { asClassifier, predict, threatModel } from "@kwta/attacks";
import { crossEntropy } from "../cross-entropy.ts";
import { ATTACK_PARAMS } from "./attack-params.ts";
import { craft } from "./craft.ts";
import { trainingLogits } from "../training-logits.ts";
import { defineMethod, type MethodMaker } from "./method.ts";

const OWN = {
  stepSize: { type: "length", default: "1.25 eps", description: "Length of the step." },
  guard: {
    type: "number",
    default: 0.2,
    min: 0,
    max: 1,
    description:
      "Fall of the accuracy under PGD, from epoch to epoch, that counts as catastrophic overfitting; 0 for none.",
  },
} as const;

const PARAMS: Pick<typeof ATTACK_PARAMS, "norm" | "eps" | "backward"> & typeof OWN = {
  norm: ATTACK_PARAMS.norm,
  eps: ATTACK_PARAMS.eps,
  stepSize: OWN.stepSize,
  backward: ATTACK_PARAMS.backward,
  guard: OWN.guard,
};

/**
 * Fast adversarial training: one long step from a random point of the ball. It can overfit to its attack within an epoch:
 * then no PGD fails any more, while the training looks perfect. So before each epoch its first batch is attacked by PGD
 * with 5 steps of a quarter eps. The setting `onDivergence` of the training says what happens when too much of it falls.
 *
 * @see Wong, Rice, Kolter, "Fast is better than free", ICLR 2020, arXiv 2001.03994
 */
export const fast: MethodMaker<typeof PARAMS> = defineMethod({
  id: "fast",
  summary: "Adversarial training with one long step from a random start.",
  params: PARAMS,
  check: ({ norm, eps }) => void threatModel({ norm, eps }),
  craft: (params, model, batch, signal) => craft(model, batch, { ...params, steps: 1, start: "random" }, signal),
  guard: ({ guard, norm, eps, backward }) =>
    guard === 0
      ? undefined
      : {
          mostFall: guard,
          async measure(model, batch, signal) {
            const attack = { norm, eps, steps: 5, stepSize: "0.25 eps", backward, start: "random" } as const;
            const x = await craft(model, batch, { ...attack, purpose: "catastrophic overfitting" }, signal);
            try {
              const samples = { x, labels: await batch.labels.data(), ids: batch.ids };
              const { correct } = await predict(asClassifier(model), samples);
              return correct.reduce((sum, each) => sum + each, 0) / correct.length;
            } finally {
              x.dispose();
            }
          },
        },
  objective(_params, model, { targets }, attacked) {
    const logits = trainingLogits(model, attacked);
    return { loss: crossEntropy(logits, targets), robustLogits: logits };
  },
});
