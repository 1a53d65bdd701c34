import { batchMatMul, maximum, minimum, squaredDifference } from "./gradients/broadcast.ts";
import { batchedGather } from "./gradients/gather.ts";
import { conv3dTranspose } from "./gradients/conv3d-transpose.ts";
import { cumsum } from "./gradients/cumsum.ts";
import { depthToSpace } from "./gradients/depth-to-space.ts";
import { dilatedConv2d, dilatedConv3d, dilatedDepthwise } from "./gradients/dilated.ts";
import { einsum } from "./gradients/einsum.ts";
import { halfPixelBilinear, halfPixelNearest } from "./gradients/half-pixel-resize.ts";
import { mirrorPad } from "./gradients/mirror-pad.ts";
import { split, unstack } from "./gradients/one-part.ts";
import { dilatedLayers } from "./dilated-layers.ts";
import { repairGradient, type GradientRepair } from "./gradient-repair.ts";

/** Gradients of TensorFlow.js's core that are wrong or missing everywhere. */
const GRADIENT_REPAIRS: readonly GradientRepair[] = [
  batchMatMul,
  batchedGather,
  conv3dTranspose,
  cumsum,
  depthToSpace,
  dilatedConv2d,
  dilatedConv3d,
  dilatedDepthwise,
  einsum,
  halfPixelBilinear,
  halfPixelNearest,
  maximum,
  minimum,
  mirrorPad,
  split,
  squaredDifference,
  unstack,
];

let done = false;

/** Puts right what TensorFlow.js gets wrong on every backend. Has an effect once. */
export function repairCore(): void {
  if (done) return;
  done = true;
  GRADIENT_REPAIRS.forEach(repairGradient);
  dilatedLayers();
}
