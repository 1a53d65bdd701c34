// @ts-check
/** @import { Comparison } from "../driver/types.ts" */

const NETS = ["resnet18", "wideresnet22-2", "densenet121"];

/**
 * What it gains to make batch norm part of the convolutions before it, for evaluating and attacking.
 *
 * @type {Comparison}
 */
export const fold = {
  name: "fold",
  summary: "Networks as trained and with batch norm folded, forward and input gradient, in images/s.",
  contestants: [
    { name: "as-trained", runner: "kwta-wasm-1t", settings: { fold: false } },
    { name: "folded", runner: "kwta-wasm-1t", settings: { fold: true } },
  ],
  cases(quick) {
    const batch = quick ? 2 : 16;
    const nets = quick ? ["resnet18-w8"] : NETS;
    return nets.flatMap((net) =>
      ["relu", "kwta:0.1"].flatMap((activation) =>
        Object.entries({ forward: 1, "input-gradient": 3 }).map(([pass, effort]) => ({
          name: `${net}@${activation} batch ${batch} ${pass}`,
          unit: "images/s",
          value: (/** @type {number} */ seconds) => batch / seconds,
          effort,
          work: { id: `${net}@${activation}`, batch, pass },
        })),
      ),
    );
  },
};
