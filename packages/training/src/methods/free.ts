import { lengthOf, NORMS, parseEps, threatModel } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { crossEntropy } from "../cross-entropy.ts";
import { ATTACK_PARAMS } from "./attack-params.ts";
import { trainingLogits } from "../training-logits.ts";
import { defineMethod, type MethodMaker } from "./method.ts";

const OWN = {
  norm: {
    type: "choice",
    choices: ["linf", "l2"],
    default: "linf",
    description: "Of the perturbation.",
  },
  replays: { type: "integer", default: 8, min: 1, description: "Steps on each batch." },
  stepSize: { type: "length", default: "1 eps", description: "Length of each step of the perturbation." },
} as const;

const PARAMS: Pick<typeof ATTACK_PARAMS, "eps"> & typeof OWN = {
  norm: OWN.norm,
  eps: ATTACK_PARAMS.eps,
  replays: OWN.replays,
  stepSize: OWN.stepSize,
};

/**
 * Free adversarial training: each batch is replayed, and one backward pass a step gives the gradient of the weights and
 * that of the perturbation, which is carried over from step to step and from batch to batch. An epoch makes `replays` times
 * as many steps, so divide the epochs by that.
 *
 * @see Shafahi et al., "Adversarial Training for Free!", NeurIPS 2019, arXiv 1904.12843
 */
export const free: MethodMaker<typeof PARAMS> = defineMethod({
  id: "free",
  summary: "Adversarial training whose attack costs nothing: batches are replayed.",
  params: PARAMS,
  check: ({ norm, eps }) => void threatModel({ norm, eps }),
  replays: ({ replays }) => replays,
  carry: (shape) => ({ perturbation: tf.zeros([...shape]) }),
  carryOn({ norm, eps, stepSize }, { perturbation }, gradients) {
    const size = parseEps(eps);
    const move = tf.mul(NORMS[norm].steepest(gradients["perturbation"]!), lengthOf(stepSize, size));
    const zero = tf.zerosLike(perturbation!);
    return { perturbation: NORMS[norm].project(tf.add(perturbation!, move), zero, size, NO_BOUNDS) };
  },
  objective(_params, model, { x, targets, carried }) {
    const { perturbation } = carried;
    const own = tf.slice(perturbation!, [0, 0, 0, 0], x.shape);
    const attacked = tf.clipByValue(tf.add(x, own), 0, 1);
    const robustLogits = trainingLogits(model, attacked, { byInput: true });
    return { loss: crossEntropy(robustLogits, targets), robustLogits };
  },
});

/** A perturbation alone lies in no box. */
const NO_BOUNDS = { min: -Infinity, max: Infinity };
