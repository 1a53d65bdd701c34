// @ts-check
import { batches, defineSplit } from "@kwta/datasets";
import { createModel } from "@kwta/models";
import { namedVariables, sgd, standard } from "@kwta/training";
import * as tf from "@tensorflow/tfjs-core";
import { normalTensor } from "../workers/inputs.mjs";
/** @import { Augmentation, ImageShape } from "@kwta/datasets" */
/** @import { Prepared } from "../workers/tfjs.mjs" */

/** @typedef {{ shape: ImageShape, batch: number }} Common */

/**
 * @param {Common & ({ kind: "batches", augment: Augmentation } | { kind: "step", model: string })} work
 * @returns {Prepared}
 */
export function prepare(work) {
  return work.kind === "batches" ? prepareBatches(work) : prepareStep(work);
}

/** As many images as a data set has, so that they do not all lie in a cache. */
const IMAGES = 50_000;

/**
 * One batch after the other, each a tensor of the backend.
 *
 * @param {Common & { augment: Augmentation }} work
 * @returns {Prepared}
 */
function prepareBatches({ shape, batch, augment }) {
  const images = new Uint8Array(IMAGES * shape[0] * shape[1] * shape[2]);
  for (let i = 0; i < images.length; i++) images[i] = (i * 2654435761) >>> 24;
  const split = defineSplit({ images, labels: new Uint8Array(IMAGES) }, { shape, classes: 1 });
  let epoch = 0;
  const start = () => batches(split, { batchSize: batch, seed: 1, epoch: epoch++, augment });
  let iterator = start();
  return {
    run() {
      let next = iterator.next();
      // The last batch of an epoch is a smaller one.
      if (next.done || next.value.labels.length < batch) next = (iterator = start()).next();
      const { x, shape: size } = /** @type {import("@kwta/datasets").Batch} */ (next.value);
      return tf.tensor4d(x, size);
    },
    dispose() {},
  };
}

/**
 * A training step on a batch that is there, with ReLU.
 *
 * @param {Common & { model: string }} work
 * @returns {Prepared}
 */
function prepareStep({ shape: [height, width, channels], batch, model: id }) {
  const model = createModel(`${id}@relu`, { inputShape: [height, width, channels], numClasses: 10, seed: 0 });
  const x = /** @type {tf.Tensor4D} */ (normalTensor([batch, height, width, channels], 1));
  const ids = Int32Array.from({ length: batch }, (_, i) => i);
  const labels = tf.tensor1d(
    ids.map((i) => i % 10),
    "int32",
  );
  const targets = tf.tidy(() => /** @type {tf.Tensor2D} */ (tf.cast(tf.oneHot(labels, 10), "float32")));
  const trainable = namedVariables(model, "trainable");
  const variables = trainable.map(({ variable }) => variable);
  const optimizer = sgd().start(trainable);
  const step = () => {
    const samples = { x, labels, targets, ids, step: 0, epoch: 0, seed: 0, carried: {} };
    const { value, grads } = tf.variableGrads(() => standard().objective(model, samples, x).loss, variables);
    // A rate of 0 keeps the numbers as they are, whoever makes how many steps.
    optimizer.step(
      variables.map(({ name }) => /** @type {tf.Tensor} */ (grads[name])),
      { learningRate: 0, count: 1 },
    );
    return value;
  };
  return {
    run() {
      const loss = tf.tidy(step);
      loss.dataSync();
      return loss;
    },
    dispose() {
      optimizer.dispose();
      tf.dispose([x, labels, targets]);
      model.dispose();
    },
  };
}
