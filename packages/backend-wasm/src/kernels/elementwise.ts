import * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "../host/host-of.ts";
import { addressOf, allocate, type KernelCall, type WasmKernelPatch } from "../host/wasm-backend.ts";
import { elementwise, OPS } from "./shared/elementwise.ts";

/** Our kernel for the gradient of ReLU: `dy` where x > 0, else 0. */
export const WHERE_POSITIVE = "WherePositive";

/** `a + b`, `a - b`, `a * b` of float32 tensors of one shape, or where b is one value, or one row of a. */
export const arithmetic: readonly WasmKernelPatch[] = (
  [
    [tf.Add, OPS.add],
    [tf.Sub, OPS.subtract],
    [tf.Multiply, OPS.multiply],
  ] as const
).map(([kernelName, op]) => ({
  kernelName,
  patch: (original) => (call) => {
    const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    if (a.dtype !== "float32" || b.dtype !== "float32") return original(call);
    if (repeats(b.shape, a.shape)) return compute(call, op, a, b);
    if (op !== OPS.subtract && repeats(a.shape, b.shape)) return compute(call, op, b, a);
    return original(call);
  },
}));

/** ReLU of float32 tensors. */
export const relu: WasmKernelPatch = {
  kernelName: tf.Relu,
  patch: (original) => (call) => {
    const x = call.inputs["x"]!;
    return x.dtype === "float32" ? compute(call, OPS.clip, x, x, [0, Infinity]) : original(call);
  },
};

/** `tf.clipByValue` of float32 tensors. That of TensorFlow.js turns NaN into the lower limit, which hides it. */
export const clipByValue: WasmKernelPatch = {
  kernelName: tf.ClipByValue,
  patch: (original) => (call) => {
    const x = call.inputs["x"]!;
    const { clipValueMin, clipValueMax } = call.attrs as unknown as tf.ClipByValueAttrs;
    return x.dtype === "float32" ? compute(call, OPS.clip, x, x, [clipValueMin, clipValueMax]) : original(call);
  },
};

/** `dy` where x > 0, else 0. */
export const wherePositive: WasmKernelPatch = {
  kernelName: WHERE_POSITIVE,
  patch: () => (call) => compute(call, OPS.wherePositive, call.inputs["dy"]!, call.inputs["x"]!),
};

function compute(
  { backend }: KernelCall,
  op: (typeof OPS)[keyof typeof OPS],
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  limits?: readonly [number, number],
): tf.TensorInfo {
  const result = allocate(backend, a.shape);
  const [from, other, to] = [a, b, result].map((tensor) => addressOf(backend, tensor));
  const [count, bCount] = [a, b].map(({ shape }) => tf.util.sizeFromShape(shape));
  elementwise(hostOf(backend), op, { a: from!, b: other!, to: to!, count: count!, bCount: bCount! }, limits);
  return result;
}

/** Whether all values of a tensor, again and again, make up one of the longer shape. */
export function repeats(short: readonly number[], long: readonly number[]): boolean {
  let axis = 0;
  while (axis < short.length && short[axis] === 1) axis++;
  const rest = short.slice(axis);
  return short.length <= long.length && rest.every((size, i) => size === long[long.length - rest.length + i]);
}
