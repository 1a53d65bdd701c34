// @ts-check
import {
  apgd,
  cwL2,
  cwLinf,
  ddn,
  deepfool,
  ead,
  fab,
  fmn,
  minimumNorm,
  pdgd,
  pdpgd,
  pgd,
  runAttack,
  sigmaZero,
  superDeepfool,
} from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { openReference } from "../workers/reference.mjs";
/** @import { Attack } from "@kwta/attacks" */
/** @import { Prepared } from "../workers/tfjs.mjs" */
/** @import { Work } from "./types.ts" */

/** Sizes that are tried for each sample by attacks that look at one size, and rounds of attacks that try constants. */
const SIZES = 20;
const ROUNDS = 9;

/**
 * Attacks whose schedule ends about where the passes do, a forward and a backward one a step; else with their own defaults.
 *
 * @type {Readonly<Record<string, (steps: number, norm: Work["norm"]) => Attack>>}
 */
const ATTACKS = {
  apgd: (steps) => minimumNorm(apgd({ steps: Math.floor(steps / SIZES) }), { steps: SIZES }),
  pgd: (steps) => minimumNorm(pgd({ steps: Math.floor(steps / SIZES), stepSize: "0.1 eps" }), { steps: SIZES }),
  fmn: (steps) => fmn({ steps }),
  ddn: (steps) => ddn({ steps }),
  pdpgd: (steps) => pdpgd({ steps }),
  pdgd: (steps) => pdgd({ steps }),
  "sigma-zero": (steps) => sigmaZero({ steps }),
  cw: (steps, norm) =>
    norm === "linf" ? cwLinf({ iterations: steps }) : cwL2({ rounds: ROUNDS, iterations: Math.floor(steps / ROUNDS) }),
  deepfool: () => deepfool({ steps: 100 }),
  superdeepfool: () => superDeepfool({ steps: 100, rounds: 100 }),
  fab: () => fab(),
  // Two forward passes an iteration.
  ead: (steps) => ead({ rounds: ROUNDS, iterations: Math.floor((2 * steps) / (3 * ROUNDS)) }),
};

/**
 * The result is `[3, n]` for the n images that the net gets right: distances, infinite where there is none; forward passes;
 * backward passes.
 *
 * @param {Work} work
 * @returns {Promise<Prepared>}
 */
export async function prepare({ attack, norm, passes, ...reference }) {
  const { classifier, samples, dispose } = await openReference(reference);
  const make = /** @type {(typeof ATTACKS)[string]} */ (ATTACKS[attack]);
  return {
    async run() {
      const result = await runAttack(make(Math.floor(passes / 2), norm), classifier, samples, {
        threat: { norm, eps: Infinity },
        aim: "nearest",
        seed: 0,
        budget: { passes },
      });
      result.dispose();
      const rows = [...result.cleanCorrect.keys()].filter((row) => result.cleanCorrect[row] === 1);
      const columns = [
        result.distance.map((distance, row) => (result.success[row] === 1 ? distance : Infinity)),
        result.queries,
        result.gradients,
      ];
      return tf.tensor(columns.map((column) => rows.map((row) => /** @type {number} */ (column[row]))));
    },
    dispose,
  };
}
