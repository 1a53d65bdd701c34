import * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "../host/host-of.ts";
import {
  addressOf,
  allocate,
  zeros,
  type KernelCall,
  type WasmBackend,
  type WasmKernelPatch,
} from "../host/wasm-backend.ts";
import { epilogue, PLAIN, type Epilogue } from "./shared/epilogue.ts";
import { matMul, type Matrices } from "./shared/product.ts";

/** Matrix products, each side as it is or transposed; one matrix on a side may serve for all on the other. */
export const batchMatMul: WasmKernelPatch = {
  kernelName: tf.BatchMatMul,
  patch: (original) => (call) => multiply(call, PLAIN) ?? original(call),
};

/** {@link batchMatMul} with a bias and an activation; TensorFlow.js's own kernel where the activation needs exponentials. */
export const fusedMatMul: WasmKernelPatch = {
  kernelName: tf._FusedMatMul,
  patch: (original) => (call) => {
    const { bias } = call.inputs;
    const n = call.inputs["b"]!.shape.at(call.attrs["transposeB"] ? -2 : -1)!;
    if (bias && tf.util.sizeFromShape(bias.shape) !== n) return original(call);
    const end = epilogue(call.attrs["activation"] as string, bias ? addressOf(call.backend, bias) : 0);
    return (end && multiply(call, end)) ?? original(call);
  },
};

function multiply({ inputs, backend, attrs }: KernelCall, end: Epilogue): tf.TensorInfo | undefined {
  const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  const { transposeA = false, transposeB = false } = attrs as { transposeA?: boolean; transposeB?: boolean };
  const left = matrices(backend, a, transposeA);
  const right = matrices(backend, b, transposeB);
  const oneForAll = left.count === right.count || left.count === 1 || right.count === 1;
  if (a.dtype !== "float32" || b.dtype !== "float32" || !oneForAll) return undefined;
  const [m, k] = sides(a, transposeA);
  const [k2, n] = sides(b, transposeB);
  tf.util.assert(k === k2, () => `matMul: the inner sizes of ${String(a.shape)} and ${String(b.shape)} differ.`);
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, m, n];
  if (tf.util.sizeFromShape(shape) * k === 0) return zeros(backend, shape);
  const c = allocate(backend, shape);
  matMul(hostOf(backend), left, right, addressOf(backend, c), [m, k, n], end);
  return c;
}

function matrices(backend: WasmBackend, tensor: tf.TensorInfo, transposed: boolean): Matrices {
  return {
    address: addressOf(backend, tensor),
    count: tf.util.sizeFromShape(tensor.shape.slice(0, -2)),
    transposed,
  };
}

function sides({ shape }: tf.TensorInfo, transposed: boolean): [number, number] {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  return transposed ? [columns, rows] : [rows, columns];
}
