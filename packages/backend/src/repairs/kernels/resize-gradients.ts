import * as tf from "@tensorflow/tfjs-core";
import type { KernelRepair } from "../kernel-repair.ts";
import { resizeBack, type Resize } from "../resize-matrix.ts";

/** The gradients of resizing, on cpu. */
export const resizeGradients: readonly KernelRepair[] = [
  repair(tf.ResizeNearestNeighborGrad, "nearest", "from the second image on, numbers of other images are taken"),
  repair(tf.ResizeBilinearGrad, "bilinear", "height and width are mixed up"),
];

function repair(kernelName: string, kind: Resize["kind"], fault: string): KernelRepair {
  return {
    kernelName,
    fault,
    repair:
      () =>
      ({ inputs, attrs }) => {
        const { alignCorners } = attrs as { alignCorners: boolean };
        const resize: Resize = { kind, alignCorners, halfPixelCenters: false };
        return resizeBack(inputs["dy"] as tf.Tensor, inputs["images"]!.shape, resize);
      },
  };
}
