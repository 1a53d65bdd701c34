import type * as tf from "@tensorflow/tfjs-core";
import { execute } from "./shared/execute.ts";
import type { TensorflowKernel } from "./shared/kernel-patch.ts";

/**
 * Our kernel for a whole network, (x, weights) to [y, tape]: `network` is its text, see network-step.h; `keep` says whether the
 * tape, which the gradient needs, is kept. The weights are all inputs but x, in their order.
 */
export const NETWORK = "Network";

/** Our kernel for its gradient, (dy, tape, weights) to dx; `sample` is the shape of one x. */
export const NETWORK_GRADIENT = "NetworkGradient";

/** See {@link NETWORK}. */
export const network: TensorflowKernel = ({ inputs, backend, attrs }) => {
  const { x, ...others } = inputs as Record<"x", tf.TensorInfo>;
  const weights = Object.values<tf.TensorInfo>(others);
  return execute(backend, "KwtaNetwork", [x, ...weights], 2, {
    strings: { network: attrs["network"] as string },
    ints: { keep: attrs["keep"] === true ? 1 : 0, N: weights.length },
  });
};

/** See {@link NETWORK_GRADIENT}. */
export const networkGradient: TensorflowKernel = ({ inputs, backend, attrs }) => {
  const { dy, tape, ...others } = inputs as Record<"dy" | "tape", tf.TensorInfo>;
  const weights = Object.values<tf.TensorInfo>(others);
  const sizes = attrs["sample"] as readonly number[];
  const [height, width, channels] = [-3, -2, -1].map((axis) => sizes.at(axis) ?? 1);
  return execute(backend, "KwtaNetworkGradient", [dy, tape, ...weights], 1, {
    strings: { network: attrs["network"] as string },
    ints: { height: height!, width: width!, channels: channels!, N: weights.length },
  })[0]!;
};
