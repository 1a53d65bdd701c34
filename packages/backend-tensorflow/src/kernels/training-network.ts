import type * as tf from "@tensorflow/tfjs-core";
import { execute } from "./shared/execute.ts";
import type { TensorflowKernel } from "./shared/kernel-patch.ts";

/**
 * Our kernel for a whole network as it is trained, (x, weights) to [y, statistics, tapes, moved]: `network` is its text, see
 * network-step.h, of so many `lines`; the gradient needs the statistics of its `norms` batch norms and the tapes, one for each
 * line; `moved` are what the moving mean and variance of each batch norm become. The weights are all inputs but x, in their order.
 */
export const TRAINING_NETWORK = "TrainingNetwork";

/**
 * Our kernel for its gradient, (dy, x, statistics, tapes, weights) to [dx, gradients by weights]: dx only if `byInput` says so, and
 * nothing by moving statistics.
 */
export const TRAINING_NETWORK_GRADIENT = "TrainingNetworkGradient";

/** See {@link TRAINING_NETWORK}. */
export const trainingNetwork: TensorflowKernel = ({ inputs, backend, attrs }) => {
  const { x, ...others } = inputs as Record<"x", tf.TensorInfo>;
  const weights = Object.values<tf.TensorInfo>(others);
  const [lines, moved] = [attrs["lines"] as number, 2 * (attrs["norms"] as number)];
  return execute(backend, "KwtaTrainingNetwork", [x, ...weights], 2 + lines + moved, {
    strings: { network: attrs["network"] as string },
    ints: { N: weights.length, T: lines, M: moved },
  });
};

/** See {@link TRAINING_NETWORK_GRADIENT}. */
export const trainingNetworkGradient: TensorflowKernel = ({ inputs, backend, attrs }) => {
  const all = Object.values<tf.TensorInfo>(inputs as Record<string, tf.TensorInfo>);
  const lines = attrs["lines"] as number;
  const weights = all.length - 3 - lines;
  return execute(backend, "KwtaTrainingNetworkGradient", all, 1 + weights, {
    strings: { network: attrs["network"] as string },
    ints: { N: weights, T: lines, by_input: attrs["byInput"] === true ? 1 : 0 },
  });
};
