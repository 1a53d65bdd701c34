// @ts-check
import { apgd, fmn, pgd, runAttack, square } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { openReference } from "../workers/reference.mjs";
/** @import { Reference } from "../workers/reference.mjs" */
/** @import { Prepared } from "../workers/tfjs.mjs" */

const ATTACKS = {
  pgd: (/** @type {number} */ steps) => pgd({ steps, stepSize: "2/255", loss: "cross-entropy" }),
  apgd: (/** @type {number} */ steps) => apgd({ steps, loss: "cross-entropy" }),
  square: (/** @type {number} */ queries) => square({ queries }),
  fmn: (/** @type {number} */ steps) => fmn({ steps }),
};

/**
 * The result is how many images are still classified correctly.
 *
 * @param {Reference & { attack: keyof typeof ATTACKS, steps: number }} work
 * @returns {Promise<Prepared>}
 */
export async function prepare({ attack, steps, ...reference }) {
  const { classifier, samples, dispose } = await openReference(reference);
  const isMinimumNorm = attack === "fmn";
  const threat = isMinimumNorm
    ? /** @type {const} */ ({ norm: "l2", eps: 0.5 })
    : /** @type {const} */ ({ norm: "linf", eps: "8/255" });
  return {
    async run() {
      const result = await runAttack(ATTACKS[attack](steps), classifier, samples, {
        threat,
        seed: 0,
        batchSize: 100,
        ...(isMinimumNorm && { aim: "nearest" }),
      });
      result.dispose();
      return tf.scalar(result.success.filter((success, i) => result.cleanCorrect[i] === 1 && success === 0).length);
    },
    dispose,
  };
}
