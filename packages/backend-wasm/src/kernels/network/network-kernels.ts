import * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, type WasmKernelFunc, type WasmKernelFuncOfMany } from "../../host/wasm-backend.ts";
import { callOf, planOf, sampleOf } from "./planned.ts";
import { run } from "./run.ts";

/** Our kernel for a whole network in one call, and for its gradient. */
export const NETWORK = "Network";
export const NETWORK_GRADIENT = "NetworkGradient";

/**
 * (x, weights) to [y, tape]: `network` is its text; `keep` says whether the tape, which the gradient needs, is kept. The weights
 * are all inputs but x, in their order.
 */
export const networkKernel: WasmKernelFuncOfMany = (call) => {
  const { x, ...others } = call.inputs as Record<"x", tf.TensorInfo>;
  const keep = call.attrs["keep"] === true;
  const weights = Object.values<tf.TensorInfo>(others);
  const { network, plan } = planOf(call, weights, sampleOf(x.shape.slice(1)), keep ? "tape" : "forward");
  const count = x.shape[0]!;
  const y = allocate(call.backend, [count, network.sizes.at(-1)!]);
  const tape = allocate(call.backend, [keep ? count * network.tapes[0]! : 0]);
  const [from, to, kept] = [x, y, tape].map((tensor) => addressOf(call.backend, tensor));
  run(network, plan, callOf(call, weights, count), { x: from!, y: to!, tape: kept! });
  return [y, tape];
};

/** (dy, tape, weights) to dx; `sample` is the shape of one x. */
export const networkGradientKernel: WasmKernelFunc = (call) => {
  const { dy, tape, ...others } = call.inputs as Record<"dy" | "tape", tf.TensorInfo>;
  const sample = call.attrs["sample"] as readonly number[];
  const weights = Object.values<tf.TensorInfo>(others);
  const { network, plan } = planOf(call, weights, sampleOf(sample), "backward");
  const count = dy.shape[0]!;
  const dx = allocate(call.backend, [count, ...sample]);
  const [from, kept, to] = [dy, tape, dx].map((tensor) => addressOf(call.backend, tensor));
  run(network, plan, callOf(call, weights, count), { dy: from!, tape: kept!, dx: to! });
  return dx;
};
