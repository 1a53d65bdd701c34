import * as tf from "@tensorflow/tfjs-core";
import type { WasmKernelPatch } from "../host/wasm-backend.ts";

/** `tf.where` between tensors of truths, a byte each. TensorFlow.js copies four bytes for one, beyond the end of its memory. */
export const select: WasmKernelPatch = {
  kernelName: tf.Select,
  patch: (original) => (call) => {
    const { inputs, backend } = call;
    const { condition, t, e } = inputs as Record<"condition" | "t" | "e", tf.TensorInfo>;
    if (t.dtype !== "bool" || condition.shape.length !== t.shape.length) return original(call);
    const out = backend.makeOutput(t.shape, "bool");
    const [chosen, yes, no, result] = [condition, t, e, out].map((each) => backend.typedArrayFromHeap(each));
    result!.forEach((_, i) => (result![i] = (chosen![i] ? yes : no)![i]!));
    return out;
  },
};
