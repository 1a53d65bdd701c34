import * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "../../host/host-of.ts";
import {
  addressOf,
  allocate,
  type KernelCall,
  type WasmKernelFunc,
  type WasmKernelFuncOfMany,
} from "../../host/wasm-backend.ts";
import { backwardPlan } from "./backward-plan.ts";
import { forwardPlan } from "./forward-plan.ts";
import { makeNetwork, type Network } from "./network.ts";
import type { Plan } from "./plan.ts";
import { run } from "./run.ts";
import type { Call, SampleShape } from "./step.ts";

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
  const tape = allocate(call.backend, [keep ? count * network.tape : 0]);
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

/** Of one to three axes. */
function sampleOf(sizes: readonly number[]): SampleShape {
  const [height, width, channels] = [1, 1, ...sizes].slice(-3) as [number, number, number];
  return { height, width, channels };
}

interface Planned {
  readonly network: Network;
  readonly plan: Plan;
}

type Way = "forward" | "tape" | "backward";

/** By all that a plan depends on; the last used last. */
const plans = new Map<string, Planned>();

/** The sparsity ratio is a part of the text: a training that changes it leaves plans behind. */
const MOST_PLANS = 32;

function planOf({ attrs }: KernelCall, weights: readonly tf.TensorInfo[], sample: SampleShape, way: Way): Planned {
  const text = attrs["network"] as string;
  const shapes = weights.map(({ shape }) => shape);
  const key = `${way} ${Object.values(sample).join()} ${shapes.join("|")}\n${text}`;
  const known = plans.get(key);
  plans.delete(key);
  const planned = known ?? makePlan(makeNetwork(text, sample, shapes), way);
  plans.set(key, planned);
  if (plans.size > MOST_PLANS) plans.delete(plans.keys().next().value!);
  return planned;
}

function callOf({ backend }: KernelCall, weights: readonly tf.TensorInfo[], count: number): Call {
  return { backend, host: hostOf(backend), count, weights };
}

function makePlan(network: Network, way: Way): Planned {
  return { network, plan: way === "backward" ? backwardPlan(network) : forwardPlan(network, way === "tape") };
}
