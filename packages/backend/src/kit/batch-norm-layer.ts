import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";

/** Our kernel for batch normalisation by the batch's own statistics: (x, scale, offset) to [y, mean, variance]. */
export const BATCH_NORM_TRAINING = "BatchNormTraining";
/** Its gradient: (dy, x, mean, variance, scale) to those by [x, scale, offset]. */
export const BATCH_NORM_TRAINING_GRAD = "BatchNormTrainingGrad";

/** The gradient of {@link BATCH_NORM_TRAINING}. */
const batchNormTrainingGradient: tf.GradConfig = {
  kernelName: BATCH_NORM_TRAINING,
  inputsToSave: ["x", "scale"],
  outputsToSave: [false, true, true],
  gradFunc(dys, saved, attrs) {
    const dy = (dys as unknown as tf.Tensor[])[0]!;
    const [x, scale, mean, variance] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    // At once: what a function below made would be disposed when that function has ended.
    const inputs = { dy, x, mean, variance, scale };
    const [dx, dScale, dOffset] = tf.engine().runKernel(BATCH_NORM_TRAINING_GRAD, inputs, attrs) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    return { x: () => dx, scale: () => dScale, offset: () => dOffset };
  },
};

/** What is used of TensorFlow.js's layer. */
interface BatchNormalization {
  readonly axis: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly gamma: LayerVariable | null;
  readonly beta: LayerVariable | null;
  readonly movingMean: LayerVariable;
  readonly movingVariance: LayerVariable;
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor;
}

interface LayerVariable {
  read(): tf.Tensor;
  write(value: tf.Tensor): void;
}

let done = false;

/**
 * Has the batch-normalisation layers of TensorFlow.js train by one kernel where the current backend has
 * {@link BATCH_NORM_TRAINING}. Theirs makes a dozen tensors as large as the input.
 */
export function trainBatchNormByKernel(): void {
  if (done) return;
  done = true;
  tf.registerGradient(batchNormTrainingGradient);
  const prototype = Object.getPrototypeOf(layers.batchNormalization({})) as BatchNormalization;
  const { call } = prototype;
  prototype.call = function (this: BatchNormalization, inputs, kwargs) {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const lastAxis = this.axis === -1 || this.axis === x.rank - 1;
    const ours = kwargs.training === true && lastAxis && x.dtype === "float32" && hasKernel();
    // Ours cannot be differentiated twice.
    const twice = tf.engine().state.gradientDepth > 1;
    return ours && !twice && x.size > 0 ? tf.tidy(() => train(this, x)) : call.call(this, inputs, kwargs);
  };
}

function hasKernel(): boolean {
  return tf.getKernel(BATCH_NORM_TRAINING, tf.getBackend()) !== undefined;
}

function train(layer: BatchNormalization, x: tf.Tensor): tf.Tensor {
  const channels = [x.shape.at(-1)!];
  const inputs = {
    x,
    scale: layer.gamma?.read() ?? tf.ones(channels),
    offset: layer.beta?.read() ?? tf.zeros(channels),
  };
  const kernel = tf.engine().runKernel(BATCH_NORM_TRAINING, inputs, { epsilon: layer.epsilon });
  const [y, mean, variance] = kernel as [tf.Tensor, tf.Tensor, tf.Tensor];
  follow(layer.movingMean, mean, layer.momentum);
  follow(layer.movingVariance, variance, layer.momentum);
  return y;
}

/** Moves an average towards a new value. */
function follow(average: LayerVariable, value: tf.Tensor, momentum: number): void {
  tf.tidy(() => {
    const before = average.read();
    average.write(tf.sub(before, tf.mul(tf.sub(before, value), 1 - momentum)));
  });
}
