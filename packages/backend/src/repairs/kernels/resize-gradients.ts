import * as tf from "@tensorflow/tfjs-core";
import type { KernelRepair } from "../kernel-repair.ts";
import { resizeBack, type Resize } from "../resize-matrix.ts";

/** The gradients of resizing, on cpu. */
export const resizeGradients: readonly KernelRepair[] = [
  repair(tf.ResizeNearestNeighborGrad, "nearest", "from the second image on, numbers of other images are taken"),
  repair(tf.ResizeBilinearGrad, "bilinear", "height and width are mixed up"),
];

/** The gradient of resizing by the nearest place, on wasm. */
export const narrowNearestGradient: KernelRepair = repair(
  tf.ResizeNearestNeighborGrad,
  "nearest",
  "zeros where corners are aligned and the image is one place high or wide",
  ([, height, width], { alignCorners }) => alignCorners && Math.min(height!, width!) === 1,
);

function repair(
  kernelName: string,
  kind: Resize["kind"],
  fault: string,
  applies: (shape: readonly number[], attrs: Pick<Resize, "alignCorners">) => boolean = () => true,
): KernelRepair {
  return {
    kernelName,
    fault,
    repair: (original) => (call) => {
      const { alignCorners } = call.attrs as { alignCorners: boolean };
      const { shape } = call.inputs["images"]!;
      if (!applies(shape, { alignCorners })) return original(call);
      const resize: Resize = { kind, alignCorners, halfPixelCenters: false };
      return resizeBack(call.inputs["dy"] as tf.Tensor, shape, resize);
    },
  };
}
