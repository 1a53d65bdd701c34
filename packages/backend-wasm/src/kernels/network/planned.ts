import type * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "../../host/host-of.ts";
import type { KernelCall } from "../../host/wasm-backend.ts";
import { backwardPlan } from "./backward-plan.ts";
import { forwardPlan } from "./forward-plan.ts";
import { makeNetwork, type Network } from "./network.ts";
import type { Plan } from "./plan.ts";
import type { Call, SampleShape } from "./step.ts";

/** A network, and how one way through it is computed. */
export interface Planned {
  readonly network: Network;
  readonly plan: Plan;
}

/** What is done with a network: `train` is forward with the batch's own statistics, and `learn` its gradients. */
type Way = "forward" | "tape" | "backward" | "train" | "learn" | "learn by input";

/** By all that a plan depends on; the last used last. */
const plans = new Map<string, Planned>();

/** The sparsity ratio is a part of the text: a training that changes it leaves plans behind. */
const MOST_PLANS = 32;

/** The plan of a call, which may be known from an earlier one. */
export function planOf(
  { attrs }: KernelCall,
  weights: readonly tf.TensorInfo[],
  sample: SampleShape,
  way: Way,
): Planned {
  const text = attrs["network"] as string;
  const shapes = weights.map(({ shape }) => shape);
  const key = `${way} ${Object.values(sample).join()} ${shapes.join("|")}\n${text}`;
  const known = plans.get(key);
  plans.delete(key);
  const planned = known ?? makePlan(text, sample, shapes, way);
  plans.set(key, planned);
  if (plans.size > MOST_PLANS) plans.delete(plans.keys().next().value!);
  return planned;
}

/** What steps are told of a call. */
export function callOf({ backend }: KernelCall, weights: readonly tf.TensorInfo[], count: number): Call {
  return { backend, host: hostOf(backend), count, weights };
}

/** Of one to three axes. */
export function sampleOf(sizes: readonly number[]): SampleShape {
  const [height, width, channels] = [1, 1, ...sizes].slice(-3) as [number, number, number];
  return { height, width, channels };
}

function makePlan(text: string, sample: SampleShape, shapes: readonly (readonly number[])[], way: Way): Planned {
  const trained = way === "train" || way.startsWith("learn");
  const network = makeNetwork(text, sample, shapes, trained ? "trained" : "given");
  return { network, plan: planFor(network, way) };
}

function planFor(network: Network, way: Way): Plan {
  if (way === "forward" || way === "tape" || way === "train") return forwardPlan(network, way !== "forward");
  return backwardPlan(network, { byInput: way !== "learn", byWeights: way !== "backward" });
}
