// @ts-check
import { WINNERS_FLIP } from "../backends/benchmark.mjs";
import { OURS } from "../networks/benchmark.mjs";
import { overExact } from "./over-exact.mjs";
/** @import { Comparison } from "../driver/types.ts" */

/** ReLU, whose gradient is no choice, and those of the family that networks in one call have. */
const ACTIVATIONS = ["relu", "kwta:0.1", "lwta:2", "break-relu:1", "mean-sparse:0.25", "statistical-top-k:0.1"];

const GRADIENTS = ["exact", "gate:0.2", "straight-through"];

/**
 * What an attack through a smooth gate costs beside the same by the exact gradient.
 *
 * @type {Comparison}
 */
export const gradients = {
  name: "gradients",
  summary:
    "The input gradient of a ResNet18 with each activation of the family, exact and as attacks choose it, in images/s.",
  contestants: OURS,
  conclude: overExact,
  cases: (quick) =>
    ACTIVATIONS.slice(0, quick ? 2 : undefined).flatMap((activation) =>
      GRADIENTS.slice(0, activation.startsWith("statistical") ? 1 : undefined).map((backward) => ({
        name: `${activation} ${backward}`,
        unit: "images/s",
        value: (/** @type {number} */ seconds) => 32 / seconds,
        effort: 1,
        tolerance: WINNERS_FLIP,
        work: { net: "resnet18-w16", inputShape: [32, 32, 3], batch: 32, activation, pass: "input-gradient", backward },
      })),
    ),
};
