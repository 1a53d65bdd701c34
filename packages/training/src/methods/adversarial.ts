import { threatModel } from "@kwta/attacks";
import { crossEntropy } from "../cross-entropy.ts";
import { ATTACK_PARAMS } from "./attack-params.ts";
import { craft } from "./craft.ts";
import { trainingLogits } from "../training-logits.ts";
import { defineMethod, type MethodMaker } from "./method.ts";

const OWN = {
  label: {
    type: "choice",
    choices: ["true", "predicted"],
    default: "true",
    description: "The class that the attack leads away from: the true one, or that which the model sees.",
  },
} as const;

const { backward, ...ATTACK } = ATTACK_PARAMS;
const PARAMS: typeof ATTACK_PARAMS & typeof OWN = { ...ATTACK, ...OWN, backward };

/**
 * Adversarial training: each step is made on images that PGD has attacked, and on nothing else. The attack sees the model
 * in inference mode, starts at a random point of the ball, climbs the cross-entropy and gives its last point; the step
 * sees that point in training mode, with the true label.
 *
 * The defaults are the authors' for CIFAR-10; for SVHN they took eps 0.047 and steps of 0.01, for MNIST 0.3 and 0.01. Their
 * attack may leave [0, 1], this one may not. Random starts depend on the seed, the epoch and the sample, not on the batch.
 *
 * @see Madry et al., "Towards Deep Learning Models Resistant to Adversarial Attacks", ICLR 2018, arXiv 1706.06083
 *
 * @example
 * ```ts
 * await train(model, data.train, { epochs: 80, method: adversarial({ eps: "8/255" }) });
 * ```
 */
export const adversarial: MethodMaker<typeof PARAMS> = defineMethod({
  id: "adversarial",
  summary: "Cross-entropy on images that PGD has attacked.",
  params: PARAMS,
  check: ({ norm, eps }) => void threatModel({ norm, eps }),
  craft: (params, model, batch, signal) => craft(model, batch, { ...params, start: "random" }, signal),
  objective(_params, model, { targets }, attacked) {
    const logits = trainingLogits(model, attacked);
    return { loss: crossEntropy(logits, targets), robustLogits: logits };
  },
});
