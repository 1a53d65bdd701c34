import {
  averagePool3dGradient,
  averagePoolGradient,
  einsumKernel,
  repairKernels,
  replaceKernel,
  surplusOfVolumes,
  trainBatchNormByKernel,
} from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";
import type { WebgpuKernelFunc } from "../device/webgpu-backend.ts";
import { BATCH_NORM } from "./batch-norm.ts";
import { CONVOLUTIONS, withoutImages } from "./empty-convolution.ts";
import { unsortedSegmentSum } from "./unsorted-segment-sum.ts";

/**
 * Puts right what TensorFlow.js's webgpu kernels get wrong, and adds batch norm in training. None is missing of those that training,
 * attacks and k-WTA need. Has an effect once.
 */
export function correctKernels(): void {
  if (corrected) return;
  replace("UnsortedSegmentSum", () => unsortedSegmentSum);
  for (const name of CONVOLUTIONS) replace(name, (original) => withoutImages(name, original));
  repairKernels("webgpu", [averagePoolGradient, averagePool3dGradient, einsumKernel, ...surplusOfVolumes]);
  // It sends dy to places of other windows: none is better than that.
  tf.unregisterKernel(tf.MaxPool3DGrad, "webgpu");
  for (const [name, kernel] of Object.entries(BATCH_NORM)) {
    replaceKernel("webgpu", name, kernel as unknown as tf.KernelFunc);
  }
  trainBatchNormByKernel();
  corrected = true;
}

let corrected = false;

function replace(kernelName: string, make: (original: WebgpuKernelFunc) => WebgpuKernelFunc): void {
  const original = tf.getKernel(kernelName, "webgpu");
  const kernelFunc = make(original.kernelFunc as unknown as WebgpuKernelFunc) as unknown as tf.KernelFunc;
  tf.unregisterKernel(kernelName, "webgpu");
  tf.registerKernel({ ...original, kernelFunc });
}
