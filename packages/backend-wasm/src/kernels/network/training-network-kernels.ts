import * as tf from "@tensorflow/tfjs-core";
import {
  addressOf,
  allocate,
  type KernelCall,
  type WasmBackend,
  type WasmKernelFuncOfMany,
} from "../../host/wasm-backend.ts";
import type { Area } from "./plan.ts";
import { callOf, planOf, sampleOf } from "./planned.ts";
import { run } from "./run.ts";

/** Our kernel for a whole network in one call as it is trained, and for its gradients. */
export const TRAINING_NETWORK = "TrainingNetwork";
export const TRAINING_NETWORK_GRADIENT = "TrainingNetworkGradient";

/**
 * (x, weights) to [y, statistics, tapes, moved]: `network` is its text; its gradient needs the statistics of batch norms and a tape
 * for each line; `moved` are what the moving mean and variance of each batch norm become. The weights are all inputs but x.
 */
export const trainingNetworkKernel: WasmKernelFuncOfMany = (call) => {
  const { backend } = call;
  const { x, ...others } = call.inputs as Record<"x", tf.TensorInfo>;
  const weights = Object.values<tf.TensorInfo>(others);
  const { network, plan } = planOf(call, weights, sampleOf(x.shape.slice(1)), "train");
  const count = x.shape[0]!;
  const y = allocate(backend, [count, network.sizes.at(-1)!]);
  const statistics = allocate(backend, [network.statisticsInAll]);
  const tapes = network.tapes.map((floats) => allocate(backend, [count * floats]));
  const moved = network.moving.flatMap((channels) =>
    channels === undefined ? [] : [allocate(backend, [channels]), allocate(backend, [channels])],
  );
  const areas = { x: addressOf(backend, x), y: addressOf(backend, y), ...tapeAreas(backend, tapes) };
  run(network, plan, callOf(call, weights, count), areas, {
    statistics: addressOf(backend, statistics),
    moved: moved.map((tensor) => addressOf(backend, tensor)),
  });
  return [y, statistics, ...tapes, ...moved];
};

/**
 * (dy, x, statistics, tapes, weights) to [dx, gradients by weights]: dx is empty unless `byInput` asks for it, as are gradients by
 * what is not differentiated.
 */
export const trainingNetworkGradientKernel: WasmKernelFuncOfMany = (call) => {
  const { backend } = call;
  const [dy, x, statistics, ...others] = Object.values(call.inputs) as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo];
  const { tapes, weights } = splitAt(others, call);
  const byInput = call.attrs["byInput"] === true;
  const sample = sampleOf(x.shape.slice(1));
  const { network, plan } = planOf(call, weights, sample, byInput ? "learn by input" : "learn");
  const dx = allocate(backend, byInput ? x.shape : [0]);
  const differentiated = new Set(network.steps.flatMap((step) => step.differentiated ?? []));
  const gradients = weights.map(({ shape }, i) => allocate(backend, differentiated.has(i) ? shape : [0]));
  const areas = {
    dy: addressOf(backend, dy),
    x: addressOf(backend, x),
    dx: addressOf(backend, dx),
    ...tapeAreas(backend, tapes),
  };
  run(network, plan, callOf(call, weights, x.shape[0]!), areas, {
    statistics: addressOf(backend, statistics),
    byWeights: gradients.map((tensor) => addressOf(backend, tensor)),
  });
  return [dx, ...gradients];
};

interface Split {
  readonly tapes: readonly tf.TensorInfo[];
  readonly weights: readonly tf.TensorInfo[];
}

function splitAt(tensors: readonly tf.TensorInfo[], { attrs }: KernelCall): Split {
  const lines = attrs["lines"] as number;
  return { tapes: tensors.slice(0, lines), weights: tensors.slice(lines) };
}

function tapeAreas(backend: WasmBackend, tapes: readonly tf.TensorInfo[]): Partial<Record<Area, number>> {
  return Object.fromEntries(tapes.map((tape, line) => [`tape ${line}`, addressOf(backend, tape)]));
}
