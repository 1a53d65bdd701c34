import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { gradientSums } from "./batch-norm-gradient.ts";
import { mapRows, newRow, readRow, reduceRows, rowsOf } from "./_rows.ts";
import type { WasmBackend, WasmKernelOfMany } from "../_wasm-backend.ts";

/** Our kernel for batch normalisation by the batch's own statistics: (x, scale, offset) to [y, mean, variance]. */
export const BATCH_NORM_TRAINING = "BatchNormTraining";
/** Its gradient: (dy, x, mean, variance, scale) to those by [x, scale, offset]. */
export const BATCH_NORM_TRAINING_GRAD = "BatchNormTrainingGrad";

/** See {@link BATCH_NORM_TRAINING}. */
export const batchNormTraining: WasmKernelOfMany = ({ inputs, backend, attrs }) => {
  const { x, scale, offset } = inputs as Record<"x" | "scale" | "offset", tf.TensorInfo>;
  const { mean, variance } = moments(backend, x);
  const scales = readRow(backend, scale);
  const offsets = readRow(backend, offset);
  const a = variance.map((v, c) => scales[c]! / Math.sqrt(v + (attrs["epsilon"] as number)));
  const b = a.map((factor, c) => offsets[c]! - mean[c]! * factor);
  return [mapRows(backend, "scaleChannels", { x }, [a, b]), newRow(backend, mean), newRow(backend, variance)];
};

/** See {@link BATCH_NORM_TRAINING_GRAD}. */
export const batchNormTrainingGrad: WasmKernelOfMany = ({ inputs, backend, attrs }) => {
  const { dy, x, mean, variance, scale } = inputs as Record<"dy" | "x" | "mean" | "variance" | "scale", tf.TensorInfo>;
  const { rows } = rowsOf(x.shape);
  const [sums, products] = gradientSums(backend, dy, x, mean);
  const means = readRow(backend, mean);
  const scales = readRow(backend, scale);
  const epsilon = attrs["epsilon"] as number;
  const inverse = Float64Array.from(readRow(backend, variance), (v) => 1 / Math.sqrt(v + epsilon));
  // dx = a (dy - mean(dy) - (x - mean) r^2 mean(dy (x - mean))), with a = scale r and r = 1 / sqrt(variance + epsilon).
  const a = inverse.map((r, c) => r * scales[c]!);
  const b = a.map((factor, c) => (-factor * inverse[c]! ** 2 * products[c]!) / rows);
  const rest = a.map((factor, c) => (-factor * sums[c]!) / rows - b[c]! * means[c]!);
  const dx = mapRows(backend, "combineChannels", { x, dy }, [a, b, rest]);
  return [
    dx,
    newRow(
      backend,
      products.map((sum, c) => sum * inverse[c]!),
    ),
    newRow(backend, sums),
  ];
};

/** Mean and variance over all axes but the last: those of the blocks, joined in their order (Chan, Golub, LeVeque, 1983). */
function moments(backend: WasmBackend, x: tf.TensorInfo): { mean: Float64Array; variance: Float64Array } {
  const rows = rowsOf(x.shape);
  const { channels, block } = rows;
  return reduceRows(backend, "batchMoments", rows, { x }, 2, (partial, blocks) => {
    const mean = new Float64Array(channels);
    const squares = new Float64Array(channels);
    for (let i = 0, seen = 0; i < blocks; i++) {
      const count = Math.min(block, rows.rows - i * block);
      const share = count / (seen + count);
      for (let c = 0; c < channels; c++) {
        const distance = partial[2 * i * channels + c]! - mean[c]!;
        squares[c]! += partial[(2 * i + 1) * channels + c]! + distance * distance * seen * share;
        mean[c]! += distance * share;
      }
      seen += count;
    }
    return { mean, variance: squares.map((sum) => sum / rows.rows) };
  });
}

/** The gradient of {@link BATCH_NORM_TRAINING}. */
export const batchNormTrainingGradient: tf.GradConfig = {
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

/**
 * Has the batch-normalisation layers of TensorFlow.js train by one kernel on wasm. Theirs makes a dozen tensors as large as
 * the input.
 */
export function patchBatchNormalization(): void {
  const prototype = Object.getPrototypeOf(layers.batchNormalization({})) as BatchNormalization;
  const { call } = prototype;
  prototype.call = function (this: BatchNormalization, inputs, kwargs) {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const lastAxis = this.axis === -1 || this.axis === x.rank - 1;
    const ours = kwargs.training === true && lastAxis && x.dtype === "float32" && tf.getBackend() === "wasm";
    // Ours cannot be differentiated twice.
    const twice = tf.engine().state.gradientDepth > 1;
    return ours && !twice && x.size > 0 ? tf.tidy(() => train(this, x)) : call.call(this, inputs, kwargs);
  };
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
