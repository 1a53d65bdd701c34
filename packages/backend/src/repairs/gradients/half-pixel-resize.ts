import * as tf from "@tensorflow/tfjs-core";
import type { GradientRepair } from "../gradient-repair.ts";
import { resizeBack, type Resize } from "../resize-matrix.ts";

const FAULT = "half-pixel centres are left out of account";

/** Resizing by the nearest place. */
export const halfPixelNearest: GradientRepair = repair(tf.ResizeNearestNeighbor, "nearest");

/** Resizing by the mean of the places around. */
export const halfPixelBilinear: GradientRepair = repair(tf.ResizeBilinear, "bilinear");

function repair(kernelName: string, kind: Resize["kind"]): GradientRepair {
  return {
    fault: FAULT,
    kernelName,
    inputsToSave: ["images"],
    applies: ({ halfPixelCenters }) => halfPixelCenters === true,
    gradFunc(dy, [images], attrs) {
      const { alignCorners, halfPixelCenters } = attrs as unknown as tf.ResizeBilinearAttrs;
      return {
        images: () => resizeBack(dy as tf.Tensor, images!.shape, { kind, alignCorners, halfPixelCenters }),
      };
    },
  };
}
