// @ts-check
/** @import { Case, Comparison } from "../driver/types.ts" */

const RUNNERS = [
  "kwta-wasm-1t",
  "kwta-wasm-2t",
  "kwta-tensorflow-1t",
  "kwta-tensorflow-2t",
  "pytorch-1t",
  "pytorch-2t",
];
const ACTIVATIONS = ["relu", "kwta:0.1"];
/** Steps of PGD before each training step, what a training step costs with them, in training steps, and how many are a turn. */
const ATTACKS = { none: { steps: 0, effort: 1, turn: 2 }, pgd: { steps: 7, effort: 6, turn: 1 } };

/**
 * Whole training steps, by the training loop of this project: batches of images in memory, cropped and flipped, with all that
 * is kept and reported of a step. PyTorch is given images in memory as well.
 *
 * @type {Comparison}
 */
export const training = {
  name: "training",
  summary: "Training steps, natural and against PGD-7, ResNet18 of two widths, beside PyTorch, in images/s.",
  contestants: RUNNERS.map((runner) => ({
    name: runner,
    runner,
    // What a loop costs without a net is asked of ours alone.
    takesPart: ({ width }) => width !== 0 || !runner.startsWith("pytorch"),
  })),
  cases(quick) {
    const widths = quick ? [8] : [16, 64];
    return [loopAlone(quick), ...widths.flatMap((width) => netCases(width, quick))];
  },
};

/** @param {number} width @param {boolean} quick @returns {Case[]} */
function netCases(width, quick) {
  const net = width === 64 ? "resnet18" : `resnet18-w${width}`;
  const batch = quick ? 8 : width === 64 ? 32 : 128;
  return ACTIVATIONS.flatMap((activation) =>
    Object.entries(ATTACKS).map(([attack, { steps: attackSteps, effort, turn }]) => {
      const steps = width === 16 ? turn : 1;
      return {
        name: `${net} ${activation}, ${attack === "none" ? "natural" : `PGD-${attackSteps}`}, batch ${batch}`,
        unit: "images/s",
        value: (/** @type {number} */ seconds) => (batch * steps) / seconds,
        effort: effort * steps * (width === 64 ? 16 : 1),
        work: { net: `${net}@${activation}`, width, activation, batch, steps, attack, attackSteps },
      };
    }),
  );
}

/**
 * A net of 40 numbers costs next to nothing: what is left is data, augmentation and bookkeeping. A net of so many images/s
 * spends that share of a step on them that its images/s have of these.
 *
 * @param {boolean} quick @returns {Case}
 */
function loopAlone(quick) {
  const [batch, steps] = quick ? [8, 4] : [128, 20];
  return {
    name: `data and bookkeeping alone, batch ${batch}`,
    unit: "images/s",
    value: (seconds) => (batch * steps) / seconds,
    effort: 1,
    work: { net: "none", width: 0, batch, steps, attack: "none", attackSteps: 0 },
  };
}
