import {
  BATCH_NORM_TRAINING,
  BATCH_NORM_TRAINING_GRAD,
  patchGradient,
  repairKernels,
  surplusOfVolumes,
  trainBatchNormByKernel,
} from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";
import { batchNormGradient, batchNormTraining, batchNormTrainingGrad, fusedBatchNorm } from "./batch-norm.ts";
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput, fusedConv2d } from "./convolutions.ts";
import { conv3d } from "./conv3d.ts";
import { depthwise } from "./depthwise.ts";
import { MOMENTUM_STEP, momentumStep } from "./momentum-step.ts";
import { NETWORK, NETWORK_GRADIENT, network, networkGradient } from "./network.ts";
import { reluGradient } from "./relu-gradient.ts";
import { patchKernel, type KernelPatch, type TensorflowKernel } from "./shared/kernel-patch.ts";
import { setSettings } from "./shared/settings.ts";
import { sign } from "./sign.ts";
import {
  TRAINING_NETWORK,
  TRAINING_NETWORK_GRADIENT,
  trainingNetwork,
  trainingNetworkGradient,
} from "./training-network.ts";
import { unsortedSegmentSum } from "./unsorted-segment-sum.ts";

/** What {@link registerTensorflowKernels} is told of the backend. */
export interface TensorflowKernelOptions {
  /** Whether the ops of our native code are there. */
  readonly native: boolean;
  /** Whether to compute 3x3 convolutions by Winograd's algorithm; needs `native`. */
  readonly winograd: boolean;
}

const KERNELS: readonly KernelPatch[] = [
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  conv3d,
  fusedConv2d,
  sign,
  unsortedSegmentSum,
  ...depthwise,
  fusedBatchNorm,
  { kernelName: BATCH_NORM_TRAINING, patch: () => batchNormTraining },
  { kernelName: BATCH_NORM_TRAINING_GRAD, patch: () => batchNormTrainingGrad },
];

/** Kernels that there are in our native code alone. */
const NATIVE_ONLY: readonly { kernelName: string; kernel: TensorflowKernel; needsWinograd: boolean }[] = [
  { kernelName: MOMENTUM_STEP, kernel: momentumStep, needsWinograd: false },
  { kernelName: NETWORK, kernel: network, needsWinograd: true },
  { kernelName: NETWORK_GRADIENT, kernel: networkGradient, needsWinograd: true },
  { kernelName: TRAINING_NETWORK, kernel: trainingNetwork, needsWinograd: true },
  { kernelName: TRAINING_NETWORK_GRADIENT, kernel: trainingNetworkGradient, needsWinograd: true },
];

/** Registers TensorFlow.js kernels for the backend `tensorflow`, over those of tfjs-node. Called again, it follows the new options. */
export function registerTensorflowKernels({ native, winograd }: TensorflowKernelOptions): void {
  setSettings({ native, winograd: native && winograd });
  for (const { kernelName, kernel, needsWinograd } of NATIVE_ONLY) {
    if (tf.getKernel(kernelName, "tensorflow")) tf.unregisterKernel(kernelName, "tensorflow");
    if (native && (winograd || !needsWinograd)) patchKernel({ kernelName, patch: () => kernel });
  }
  if (registered) return;
  registered = true;
  KERNELS.forEach(patchKernel);
  // TensorFlow's own max pooling of volumes reads elsewhere, too.
  repairKernels("tensorflow", surplusOfVolumes);
  trainBatchNormByKernel();
  for (const gradient of [batchNormGradient, reluGradient]) patchGradient(gradient, "tensorflow");
}

let registered = false;
