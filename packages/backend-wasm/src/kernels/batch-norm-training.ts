import * as tf from "@tensorflow/tfjs-core";
import type { WasmBackend, WasmKernelFuncOfMany } from "../host/wasm-backend.ts";
import { gradientSums } from "./batch-norm-gradient.ts";
import { mapRows, newRow, readRow, reduceRows, rowsOf } from "./shared/rows.ts";

/** `BatchNormTraining`, see batch-norm-layer.ts of @kwta/backend. */
export const batchNormTraining: WasmKernelFuncOfMany = ({ inputs, backend, attrs }) => {
  const { x, scale, offset } = inputs as Record<"x" | "scale" | "offset", tf.TensorInfo>;
  const { mean, variance } = moments(backend, x);
  const scales = readRow(backend, scale);
  const offsets = readRow(backend, offset);
  const a = variance.map((v, c) => scales[c]! / Math.sqrt(v + (attrs["epsilon"] as number)));
  const b = a.map((factor, c) => offsets[c]! - mean[c]! * factor);
  return [mapRows(backend, "scaleChannels", { x }, [a, b]), newRow(backend, mean), newRow(backend, variance)];
};

/** `BatchNormTrainingGrad`, see batch-norm-layer.ts of @kwta/backend. */
export const batchNormTrainingGrad: WasmKernelFuncOfMany = ({ inputs, backend, attrs }) => {
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
