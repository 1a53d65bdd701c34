// @ts-check
/** @import { Comparison, Case } from "../driver/types.ts" */

const BATCH = 64;
const SHAPES = [
  [28, 28, 1],
  [32, 32, 3],
];
const AUGMENTATIONS = ["none", "crop-flip", "crop-flip-cutout"];

/**
 * What a training step waits for, and the steps that wait for it: the fastest ones that the models of this project have.
 *
 * @type {Comparison}
 */
export const data = {
  name: "data",
  summary: "Batches with augmentation against the fastest training steps, in images/s.",
  contestants: ["kwta-wasm-1t", "kwta-wasm-2t"].map((runner) => ({
    name: runner,
    runner,
    // A batch is made by one thread, whatever the backend has.
    takesPart: ({ kind }) => kind === "step" || runner === "kwta-wasm-1t",
  })),
  cases(quick) {
    const models = quick ? ["mlp"] : ["mlp", "small-cnn"];
    return SHAPES.flatMap((shape) => [
      ...AUGMENTATIONS.map((augment) => imagesPerSecond(shape, `batches ${augment}`, { kind: "batches", augment })),
      ...models.map((model) => imagesPerSecond(shape, `training step ${model}`, { kind: "step", model })),
    ]);
  },
};

/**
 * @param {number[]} shape @param {string} name @param {object} work
 * @returns {Case}
 */
function imagesPerSecond(shape, name, work) {
  return {
    name: `${JSON.stringify(shape)} ${name}`,
    unit: "images/s",
    value: (seconds) => BATCH / seconds,
    effort: 1,
    work: { ...work, shape, batch: BATCH },
  };
}
