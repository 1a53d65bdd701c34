// @ts-check
import { scaling } from "./scaling.mjs";
/** @import { Comparison, Case } from "../driver/types.ts" */

const RUNNERS = [
  "kwta-wasm-1t",
  "kwta-wasm-2t",
  "kwta-tensorflow-1t",
  "kwta-tensorflow-2t",
  "tfjs-wasm-1t",
  "pytorch-1t",
  "pytorch-2t",
];

/** ONNX Runtime has no gradients. */
const ONNX_RUNTIME = [1, 2].map((threads) => ({
  name: `onnxruntime-${threads}t`,
  runner: `onnxruntime-${threads}t`,
  settings: { engine: "onnxruntime", threads },
  takesPart: (/** @type {Case["work"]} */ { kind, pass }) => kind === "resnet18" && pass === "forward",
}));

/** The four 3x3 convolutions that make up most of a ResNet18. */
const CONVOLUTIONS = /** @type {const} */ ([
  [64, 32],
  [128, 16],
  [256, 8],
  [512, 4],
]);
const CONVOLUTION_PASSES = ["forward", "input-gradient", "filter-gradient"];
/** With the effort relative to a convolution's. */
const NET_PASSES = Object.entries({ forward: 5, "input-gradient": 20, "training-step": 15 });

/** Of nets whose k-WTA has other winners where two values are nearly equal: rounding decides. Untrained ones differ by 0.3 %. */
export const WINNERS_FLIP = 0.03;

/**
 * What a backend does in training and attacking. The cpu backend is not here: it would take minutes.
 *
 * @type {Comparison}
 */
export const backends = {
  name: "backends",
  summary: "3x3 convolutions in GFLOP/s, and ResNet18 (relu and k-WTA, 64 and 16 channels) in images/s.",
  contestants: [...RUNNERS.map((runner) => ({ name: runner, runner })), ...ONNX_RUNTIME],
  conclude: scaling,
  cases: (quick) => [
    ...convolutions(quick ? 2 : 32, quick ? 2 : 1),
    ...(quick ? nets(8, 8) : [...nets(64, 32), ...nets(16, 32)]),
  ],
};

/**
 * @param {number} batch
 * @param {number} every 2 for every second one
 * @returns {Case[]}
 */
function convolutions(batch, every) {
  return CONVOLUTIONS.filter((_, i) => i % every === 0).flatMap(([channels, size]) => {
    const gflop = (2 * batch * size * size * channels * channels * 9) / 1e9;
    return CONVOLUTION_PASSES.map((pass) => ({
      name: `conv3x3 ${channels}@${size}${batch === 32 ? "" : ` batch ${batch}`} ${pass}`,
      unit: "GFLOP/s",
      value: (seconds) => gflop / seconds,
      effort: 1,
      work: { kind: "conv3x3", batch, size, channels, pass },
    }));
  });
}

/**
 * @param {number} width
 * @param {number} batch
 * @returns {Case[]}
 */
function nets(width, batch) {
  const net = width === 64 ? "resnet18" : `resnet18-w${width}`;
  return ["relu", "kwta:0.1"].flatMap((activation) =>
    NET_PASSES.map(([pass, effort]) => ({
      name: `${net}${batch === 32 ? "" : ` batch ${batch}`} ${activation} ${pass}`,
      unit: "images/s",
      value: (seconds) => batch / seconds,
      effort: width === 64 ? effort : 1,
      ...(activation !== "relu" && { tolerance: WINNERS_FLIP }),
      work: { kind: "resnet18", batch, width, activation, pass },
    })),
  );
}
