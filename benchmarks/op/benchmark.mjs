// @ts-check
/** @import { Comparison, Case, Contestant } from "../driver/types.ts" */

const RUNNERS = [
  "kwta-wasm-1t",
  "kwta-wasm-2t",
  "tfjs-wasm-1t",
  "kwta-webgpu",
  "tfjs-webgpu",
  "kwta-cpu",
  "pytorch-1t",
  "pytorch-2t",
];

/** PyTorch has no k-WTA; of two ways to write it, `pytorch-1t` is the faster one, and these are both. */
const FORMS = ["topk", "kthvalue"].flatMap((form) =>
  ["1t", "2t"].map((threads) => ({
    name: `pytorch-${form}-${threads}`,
    runner: `pytorch-${threads}`,
    settings: { form },
    takesPart: (/** @type {Case["work"]} */ { activation }) => activation !== "relu",
  })),
);

/**
 * k-WTA alone.
 *
 * @type {Comparison}
 */
export const op = {
  name: "op",
  summary: "k-WTA and relu, forward and backward, in ms.",
  contestants: /** @type {Contestant[]} */ ([...RUNNERS.map((runner) => ({ name: runner, runner })), ...FORMS]),
  cases(quick) {
    const shapes = quick
      ? [
          [4, 65536],
          [8, 8192],
          [64, 512],
        ]
      : [
          [32, 65536],
          [32, 8192],
          [256, 512],
        ];
    return shapes.flatMap((shape) =>
      ["relu", "kwta:0.1"].flatMap((activation) =>
        ["forward", "backward"].map((pass) => ({
          name: `${JSON.stringify(shape)} ${activation} ${pass}`,
          unit: "ms",
          value: (/** @type {number} */ seconds) => 1000 * seconds,
          effort: 1,
          work: { shape, activation, pass },
        })),
      ),
    );
  },
};
