// @ts-check
import { WINNERS_FLIP } from "../backends/benchmark.mjs";
import { fasterBackend } from "./faster-backend.mjs";
/** @import { Comparison } from "../driver/types.ts" */

const COLOUR = [32, 32, 3];
const GREY = [28, 28, 1];

/** Of every kind in the zoo one that a person would train on a processor. */
const NETS = {
  mlp: GREY,
  "mnist-cnn-w16-h256": GREY,
  lenet: COLOUR,
  "small-cnn": COLOUR,
  "vgg11-w16-h256": COLOUR,
  "resnet18-w8": COLOUR,
  "resnet18-w16": COLOUR,
  "wideresnet16-2-w16": COLOUR,
  "densenet121-w8": COLOUR,
};

/** Our backends that a person can start in Node with no GPU. */
export const OURS = ["kwta-wasm-1t", "kwta-tensorflow-1t", "kwta-wasm-2t", "kwta-tensorflow-2t"].map((runner) => ({
  name: runner,
  runner,
}));

/**
 * Which backend computes which net faster: what the choice by itself, `auto`, rests on.
 *
 * @type {Comparison}
 */
export const networks = {
  name: "networks",
  summary: "Nets of every kind on wasm and on tensorflow: forward, input gradient, training step, in images/s.",
  contestants: OURS,
  conclude: fasterBackend,
  cases: (quick) =>
    Object.entries(NETS)
      .slice(0, quick ? 3 : undefined)
      .flatMap(([net, inputShape]) =>
        ["relu", "kwta:0.1"].flatMap((activation) =>
          (quick ? [8] : [8, 32]).flatMap((batch) =>
            ["forward", "input-gradient", "training-step"].map((pass) => ({
              name: `${net}@${activation} batch ${batch} ${pass}`,
              unit: "images/s",
              value: (/** @type {number} */ seconds) => batch / seconds,
              effort: 1,
              ...(activation !== "relu" && { tolerance: WINNERS_FLIP }),
              work: { net, inputShape, batch, activation, pass },
            })),
          ),
        ),
      ),
};
