// @ts-check
import { join } from "node:path";
import { apgd, asClassifier, fmn, pgd, runAttack, square } from "@kwta/attacks";
import { decodeSafetensors, readInput } from "@kwta/core";
import { loadDataset, toTensors } from "@kwta/datasets";
import { createModel, loadStateDict } from "@kwta/models";
import * as tf from "@tensorflow/tfjs-core";
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
 * @param {{ net: string, attack: keyof typeof ATTACKS, steps: number, images: number, data: string, references: string }} work
 * @returns {Promise<Prepared>}
 */
export async function prepare({ net, attack, steps, images, data, references }) {
  const activation = net.includes("kwta") ? "kwta:0.1" : "relu";
  const model = createModel(`resnet18-w16@${activation}`, { inputShape: [32, 32, 3], numClasses: 10 });
  const path = join(references, `${net}.safetensors`);
  loadStateDict(model, decodeSafetensors(await readInput(path), path).tensors);
  const { test } = await loadDataset("cifar10", { dataDir: data });
  const samples = toTensors(test, { start: 0, end: images });
  const classifier = asClassifier(model);
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
    dispose() {
      samples.x.dispose();
      model.dispose();
    },
  };
}
