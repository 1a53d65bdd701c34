import * as tf from "@tensorflow/tfjs-core";
import { callKernel, release, share, upload, type WasmKernelPatch } from "../host/wasm-backend.ts";

/** `tf.clone` without copying: tensors do not change, so the clone shares the memory, as on the cpu backend. */
export const identity: WasmKernelPatch = {
  kernelName: tf.Identity,
  patch:
    () =>
    ({ inputs, backend }) =>
      share(backend, inputs["x"]!, inputs["x"]!.shape),
};

/**
 * `tf.cast` to the same type without copying, see {@link identity}. To booleans TensorFlow.js cuts off the fraction first,
 * so that 0.5 becomes false.
 */
export const cast: WasmKernelPatch = {
  kernelName: tf.Cast,
  patch: (original) => (call) => {
    const { inputs, backend, attrs } = call;
    const x = inputs["x"]!;
    if (x.dtype === attrs["dtype"]) return share(backend, x, x.shape);
    if (x.dtype !== "float32" || attrs["dtype"] !== "bool") return original(call);
    const zero = upload(backend, [], [0]);
    const result = callKernel(backend, tf.NotEqual, { a: x, b: zero });
    release(backend, zero);
    return result;
  },
};
