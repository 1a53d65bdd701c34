import * as tf from "@tensorflow/tfjs-core";
import { callKernel, type WasmBackend, type WasmKernelPatch } from "../host/wasm-backend.ts";

/**
 * Comparisons of float32 tensors of two shapes: the smaller one is repeated first, unless it is one number. TensorFlow.js
 * computes the places of every single value of both.
 */
export const comparisons: readonly WasmKernelPatch[] = [
  tf.Equal,
  tf.Greater,
  tf.GreaterEqual,
  tf.Less,
  tf.LessEqual,
  tf.NotEqual,
].map((kernelName) => ({
  kernelName,
  patch: (original) => (call) => {
    const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const isQuick = (x: tf.TensorInfo): boolean =>
      tf.util.arraysEqual(x.shape, shape) || tf.util.sizeFromShape(x.shape) === 1;
    if (a.dtype !== "float32" || b.dtype !== "float32" || (isQuick(a) && isQuick(b))) return original(call);
    const [left, right] = [a, b].map((tensor) => repeated(call.backend, tensor, shape));
    try {
      return original({ ...call, inputs: { a: left!, b: right! } });
    } finally {
      for (const { dataId } of [left!, right!]) {
        if (dataId !== a.dataId && dataId !== b.dataId) call.backend.disposeData(dataId);
      }
    }
  },
}));

function repeated(backend: WasmBackend, tensor: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  if (tf.util.arraysEqual(tensor.shape, [...shape])) return tensor;
  const ones = Array<number>(shape.length - tensor.shape.length).fill(1);
  const x = { ...tensor, shape: [...ones, ...tensor.shape] };
  const reps = shape.map((size, axis) => (x.shape[axis] === size ? 1 : size));
  if (reps.some((count) => count !== 1)) return callKernel(backend, tf.Tile, { x }, { reps });
  return x;
}
