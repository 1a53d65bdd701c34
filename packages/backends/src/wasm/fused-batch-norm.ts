import * as tf from "@tensorflow/tfjs-core";
import {
  callKernel,
  release,
  upload,
  type KernelCall,
  type WasmBackend,
  type WasmKernelPatch,
} from "./_wasm-backend.ts";

/**
 * Batch normalisation with given statistics, `x * a + b` with `a = scale / sqrt(variance + epsilon)` and
 * `b = offset - mean * a`, by XNNPACK's products and sums: TensorFlow.js computes it value by value.
 */
export const fusedBatchNorm: WasmKernelPatch = {
  kernelName: tf.FusedBatchNorm,
  patch: (original) => (call) => {
    const { inputs, backend } = call;
    const x = inputs["x"]!;
    if (inputs["mean"]!.shape.length !== 1 || x.dtype !== "float32") return original(call);
    const { a, b } = coefficients(call);
    const factor = upload(backend, [a.length], a);
    const term = upload(backend, [b.length], b);
    const product = callKernel(backend, tf.Multiply, { a: x, b: factor });
    const result = callKernel(backend, tf.Add, { a: product, b: term });
    release(backend, factor, term, product);
    return result;
  },
};

function coefficients({ inputs, backend, attrs }: KernelCall): { a: Float64Array; b: Float64Array } {
  const { mean, variance, scale, offset } = inputs;
  const epsilon = attrs["varianceEpsilon"] as number;
  const means = read(backend, mean!);
  const scales = scale && read(backend, scale);
  const offsets = offset && read(backend, offset);
  const a = Float64Array.from(read(backend, variance!), (v, c) => (scales?.[c] ?? 1) / Math.sqrt(v + epsilon));
  return { a, b: a.map((factor, c) => (offsets?.[c] ?? 0) - means[c]! * factor) };
}

function read(backend: WasmBackend, tensor: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}
