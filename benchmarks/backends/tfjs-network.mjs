// @ts-check
import { asClassifier, perSampleLoss } from "@kwta/attacks";
import { createModel } from "@kwta/models";
import { namedVariables, sgd, standard } from "@kwta/training";
import * as tf from "@tensorflow/tfjs-core";
import { normalTensor } from "../workers/inputs.mjs";
import { computed } from "./tfjs-conv3x3.mjs";
/** @import { CreateModelOptions } from "@kwta/models" */
/** @import { LayersModel } from "@tensorflow/tfjs-layers" */
/** @import { Prepared } from "../workers/tfjs.mjs" */

/** @typedef {{ model: LayersModel, x: tf.Tensor4D, labels: Int32Array, ids: Int32Array, backward?: string | undefined }} Net */

/**
 * @param {{ width: number, batch: number, activation: string, pass: keyof typeof PASSES }} work
 * @returns {Prepared}
 */
export function prepareResNet18({ width, ...work }) {
  return prepareNet({ ...work, net: `resnet18-w${width}`, inputShape: [32, 32, 3] });
}

/**
 * @param {Pick<CreateModelOptions, "inputShape"> & { net: string, batch: number, activation: string, pass: keyof typeof PASSES, backward?: string | undefined }} work
 * @returns {Prepared}
 */
export function prepareNet({ net, inputShape, batch, activation, pass, backward }) {
  const model = createModel(`${net}@${activation}`, { inputShape, numClasses: 10, seed: 0 });
  const x = /** @type {tf.Tensor4D} */ (normalTensor([batch, ...inputShape], 1));
  const ids = Int32Array.from({ length: batch }, (_, i) => i);
  const { run, dispose } = PASSES[pass]({ model, x, labels: ids.map((id) => id % 10), ids, backward });
  return {
    run,
    dispose() {
      dispose();
      model.dispose();
      x.dispose();
    },
  };
}

const PASSES = {
  /** @param {Net} net @returns {Prepared} */
  forward({ model, x, ids }) {
    const classifier = asClassifier(model);
    return { run: () => computed(classifier.logits(x, ids)), dispose() {} };
  },
  /** @param {Net} net @returns {Prepared} */
  "input-gradient"({ model, x, labels, ids, backward }) {
    const classifier = asClassifier(model);
    const loss = perSampleLoss("cross-entropy", { kind: "untargeted", labels });
    return {
      run() {
        const { gradient, ...others } = classifier.lossAndGradient(x, ids, loss, { backward });
        tf.dispose(Object.values(others));
        return computed(gradient);
      },
      dispose() {},
    };
  },
  /** @param {Net} net @returns {Prepared} */
  "training-step"({ model, x, labels, ids }) {
    const trainable = namedVariables(model, "trainable");
    const variables = trainable.map(({ variable }) => variable);
    const optimizer = sgd().start(trainable);
    const targets = tf.tidy(() => /** @type {tf.Tensor2D} */ (tf.cast(tf.oneHot([...labels], 10), "float32")));
    const batch = { x, labels: tf.tensor1d(labels, "int32"), targets, ids, step: 0, epoch: 0, seed: 0, carried: {} };
    const step = () => {
      const { value, grads } = tf.variableGrads(() => standard().objective(model, batch, x).loss, variables);
      const gradients = variables.map(({ name }) => /** @type {tf.Tensor} */ (grads[name]));
      optimizer.step(gradients, { learningRate: 0.01, count: 1 });
      return value;
    };
    return {
      run: () => computed(tf.tidy(step)),
      dispose() {
        tf.dispose([batch.labels, targets]);
        optimizer.dispose();
      },
    };
  },
};
