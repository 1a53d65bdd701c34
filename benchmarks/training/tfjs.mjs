// @ts-check
import { defineSplit } from "@kwta/datasets";
import { createModel } from "@kwta/models";
import { adversarial, standard, train } from "@kwta/training";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
/** @import { LayersModel } from "@tensorflow/tfjs-layers" */
/** @import { Metrics } from "@kwta/training" */
/** @import { Prepared } from "../workers/tfjs.mjs" */

/**
 * Each run goes on with the weights of the one before, as an epoch does. Losses are not compared, since kernels round
 * differently and that grows from step to step: the result is 1 where the loss is a number.
 *
 * @param {{ net: string, batch: number, steps: number, attackSteps: number }} work
 * @returns {Prepared}
 */
export function prepare({ net, batch, steps, attackSteps }) {
  const model = net === "none" ? almostNoNet() : createModel(net, { inputShape: [32, 32, 3], numClasses: 10, seed: 0 });
  const data = images(batch * steps);
  const method = attackSteps === 0 ? standard : adversarial({ eps: "8/255", steps: attackSteps, stepSize: "2/255" });
  let seed = 0;
  return {
    async run() {
      let loss = NaN;
      const onMetrics = (/** @type {Metrics} */ metrics) => {
        if (metrics.kind === "step") ({ loss } = metrics);
      };
      const settings = { epochs: 1, batchSize: batch, learningRate: 0.01, augment: AUGMENT, method, seed: seed++ };
      await train(model, data, settings, { onMetrics });
      return tf.scalar(loss - loss + 1);
    },
    dispose: () => void model.dispose(),
  };
}

const AUGMENT = /** @type {const} */ ("crop-flip");

/** @returns {LayersModel} */
function almostNoNet() {
  const pool = layers.globalAveragePooling2d({ inputShape: [32, 32, 3], dataFormat: "channelsLast" });
  return sequential({ layers: [pool, layers.dense({ units: 10 })] });
}

/** @param {number} count */
function images(count) {
  const pixels = new Uint8Array(count * 32 * 32 * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.imul(i, 0x9e3779b1) >>> 24;
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  return defineSplit({ images: pixels, labels }, { shape: [32, 32, 3], classes: 10 });
}
