import * as tf from "@tensorflow/tfjs-core";
import { wasmCode } from "../host/_wasm-code.ts";
import { hostOf } from "../host/host-of.ts";
import { addressOf, allocate, type WasmKernelFuncOfMany } from "../host/wasm-backend.ts";
import { readRow } from "./shared/rows.ts";

/**
 * Our kernel for one step of gradient descent with momentum, (w, velocity, gradient, settings) to [w, velocity]:
 * `velocity' = momentum velocity + gradient + decay w`, `w' = w - rate velocity'`, with `settings` [momentum, decay, rate].
 */
export const MOMENTUM_STEP = "MomentumStep";

/** Values of one chunk. */
const BLOCK = 16384;

/** See {@link MOMENTUM_STEP}. */
export const momentumStep: WasmKernelFuncOfMany = ({ inputs, backend }) => {
  const { w, velocity, gradient, settings } = inputs as Record<string, tf.TensorInfo>;
  const count = tf.util.sizeFromShape(w!.shape);
  if ([velocity, gradient].some((each) => tf.util.sizeFromShape(each!.shape) !== count))
    throw new Error("the shapes must be those of the variable");
  const results = [allocate(backend, w!.shape), allocate(backend, w!.shape)];
  const addresses = [w!, velocity!, gradient!, ...results].map((tensor) => addressOf(backend, tensor));
  const host = hostOf(backend);
  const numbers = [...readRow(backend, settings!)].map((value) => host.float(value));
  host.run(wasmCode, "momentumStep", Math.ceil(count / BLOCK), [...addresses, count, BLOCK, ...numbers]);
  return results;
};
