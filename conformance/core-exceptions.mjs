// @ts-check
/** @import { Exceptions } from "./types.ts" */

/**
 * What TensorFlow.js's tests want of every backend and ours do otherwise, since it is wrong.
 *
 * @type {readonly Exceptions[]}
 */
export const CORE_EXCEPTIONS = [
  {
    reason: "ours: the test wants the border's share of dy dropped; ours is the gradient of the forward pass",
    ours: true,
    tests: { mirrorPad: ["grad", "gradient with clones"] },
  },
  {
    reason: "ours: dilated convolutions have a gradient",
    ours: true,
    tests: { "depthwiseConv2d gradients": ["throws error on dilations > 1"] },
  },
];

/**
 * What the tests want of backends whose average pooling is that of TensorFlow.js.
 *
 * @type {Exceptions}
 */
export const AVERAGE_POOLING = {
  reason:
    "ours: the test wants dy divided by the size of the window where it sticks out of the image, which the forward pass " +
    "does not do; ours is the gradient of the forward pass",
  ours: true,
  tests: { avgPool: ["gradient x=[3,3,1] f=[3,3] s=1 p=explicit"] },
};
