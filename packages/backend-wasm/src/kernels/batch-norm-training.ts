import type * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "../host/host-of.ts";
import { addressOf, type WasmKernelFuncOfMany } from "../host/wasm-backend.ts";
import { moments, normalizer, normGradient } from "./shared/batch-statistics.ts";
import { mapRows, newRow, readRow, rowsOf } from "./shared/rows.ts";

/** `BatchNormTraining`, see batch-norm-layer.ts of @kwta/backend. */
export const batchNormTraining: WasmKernelFuncOfMany = ({ inputs, backend, attrs }) => {
  const { x, scale, offset } = inputs as Record<"x" | "scale" | "offset", tf.TensorInfo>;
  const found = moments(hostOf(backend), rowsOf(x.shape), addressOf(backend, x));
  const learned = [readRow(backend, scale), readRow(backend, offset)] as const;
  const rows = normalizer(found, attrs["epsilon"] as number, ...learned);
  const y = mapRows(backend, "scaleChannels", { x }, rows);
  return [y, newRow(backend, found.mean), newRow(backend, found.variance)];
};

/** `BatchNormTrainingGrad`, see batch-norm-layer.ts of @kwta/backend. */
export const batchNormTrainingGrad: WasmKernelFuncOfMany = ({ inputs, backend, attrs }) => {
  const { dy, x, mean, variance, scale } = inputs as Record<"dy" | "x" | "mean" | "variance" | "scale", tf.TensorInfo>;
  const [from, gradient, center] = [x, dy, mean].map((tensor) => addressOf(backend, tensor));
  const found = normGradient(
    hostOf(backend),
    rowsOf(x.shape),
    { x: from!, dy: gradient!, a: center! },
    readRow(backend, variance),
    attrs["epsilon"] as number,
    readRow(backend, scale),
  );
  const dx = mapRows(backend, "combineChannels", { x, dy }, found.rows);
  return [dx, newRow(backend, found.scale), newRow(backend, found.offset)];
};
