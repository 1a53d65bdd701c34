import { checkGradients } from "@kwta/backend";
import {
  BATCH_NORM_TRAINING,
  BATCH_NORM_TRAINING_GRAD,
  averagePool3dGradient,
  einsumKernel,
  narrowNearestGradient,
  patchGradient,
  repairKernels,
  surplusOfDepthwise,
  surplusOfVolumes,
  trainBatchNormByKernel,
  typedOneHot,
  type GradientPatch,
} from "@kwta/backend/kit";
import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { undoFailedGradients, undoFailedKernels } from "../host/undo-on-failure.ts";
import type { WasmKernelFunc, WasmKernelFuncOfMany, WasmKernelPatch } from "../host/wasm-backend.ts";
import { batchMatMul, fusedMatMul } from "./batch-mat-mul.ts";
import { BATCH_GRADIENT_SUMS, batchGradientSums, batchNormGradient } from "./batch-norm-gradient.ts";
import { batchNormTraining, batchNormTrainingGrad } from "./batch-norm-training.ts";
import { comparisons } from "./comparisons.ts";
import { conv2dBackpropFilter } from "./conv2d-backprop-filter.ts";
import { conv2dBackpropInput } from "./conv2d-backprop-input.ts";
import { conv2d, fusedConv2d } from "./conv2d.ts";
import { depthwiseGradients } from "./depthwise-gradients.ts";
import { arithmetic, clipByValue, relu, wherePositive } from "./elementwise.ts";
import { fusedBatchNorm } from "./fused-batch-norm.ts";
import { gather } from "./gather.ts";
import { guards } from "./guards.ts";
import { cast, identity } from "./identity.ts";
import { MOMENTUM_STEP, momentumStep } from "./momentum-step.ts";
import { avgPoolGrad, maxPoolGrad } from "./pool-gradients.ts";
import { prelu } from "./prelu.ts";
import { meanGradient, sumGradient } from "./reduction-gradients.ts";
import { reluGradient } from "./relu-gradient.ts";
import { select } from "./select.ts";
import { slice } from "./slice.ts";
import { NETWORK, NETWORK_GRADIENT, networkGradientKernel, networkKernel } from "./network/network-kernels.ts";
import {
  TRAINING_NETWORK,
  TRAINING_NETWORK_GRADIENT,
  trainingNetworkGradientKernel,
  trainingNetworkKernel,
} from "./network/training-network-kernels.ts";
import { mean, sum } from "./sum.ts";
import { tile } from "./tile.ts";
import { unsortedSegmentSum } from "./unsorted-segment-sum.ts";
import { volumes } from "./volumes.ts";

const KERNELS: readonly WasmKernelPatch[] = [
  avgPoolGrad,
  batchMatMul,
  cast,
  clipByValue,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  fusedBatchNorm,
  fusedConv2d,
  fusedMatMul,
  gather,
  identity,
  maxPoolGrad,
  mean,
  prelu,
  relu,
  select,
  slice,
  sum,
  tile,
  unsortedSegmentSum,
  wherePositive,
  { kernelName: NETWORK_GRADIENT, patch: () => networkGradientKernel },
  ...arithmetic,
  ...comparisons,
  ...depthwiseGradients,
  ...guards,
  ...volumes,
];

/** What TensorFlow.js gets wrong here as on other backends, or lacks. */
const REPAIRS = [
  averagePool3dGradient,
  einsumKernel,
  narrowNearestGradient,
  typedOneHot,
  ...surplusOfDepthwise,
  ...surplusOfVolumes,
];

/** Kernels of our own with several outputs. */
const KERNELS_OF_MANY: Readonly<Record<string, WasmKernelFuncOfMany>> = {
  [BATCH_GRADIENT_SUMS]: batchGradientSums,
  [BATCH_NORM_TRAINING]: batchNormTraining,
  [BATCH_NORM_TRAINING_GRAD]: batchNormTrainingGrad,
  [MOMENTUM_STEP]: momentumStep,
  [NETWORK]: networkKernel,
  [TRAINING_NETWORK]: trainingNetworkKernel,
  [TRAINING_NETWORK_GRADIENT]: trainingNetworkGradientKernel,
};

const GRADIENTS: readonly GradientPatch[] = [batchNormGradient, meanGradient, reluGradient, sumGradient];

/**
 * Gives the wasm backend the kernels that TensorFlow.js lacks or has slow there, and faster gradients for some; all of
 * them leave no memory behind when they fail. Has an effect once: kernels and gradients outlive a backend.
 *
 * @throws InputError when TensorFlow.js's wasm backend or its gradients are not loaded yet
 */
export function registerWasmKernels(): void {
  if (registered) return;
  checkGradients();
  if (!tf.getKernel(tf.Conv2D, "wasm")) {
    throw new InputError('The wasm backend is not loaded yet. Write import "@tensorflow/tfjs-backend-wasm" first.');
  }
  KERNELS.forEach(patchKernel);
  repairKernels("wasm", REPAIRS);
  for (const [kernelName, kernel] of Object.entries(KERNELS_OF_MANY)) {
    tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc: kernel as unknown as tf.KernelFunc });
  }
  trainBatchNormByKernel();
  for (const gradient of GRADIENTS) patchGradient(gradient, "wasm");
  undoFailedKernels();
  undoFailedGradients();
  registered = true;
}

let registered = false;

function patchKernel({ kernelName, patch }: WasmKernelPatch): void {
  const original = tf.getKernel(kernelName, "wasm") as tf.KernelConfig | undefined;
  const kernelFunc = patch(original?.kernelFunc as unknown as WasmKernelFunc) as unknown as tf.KernelFunc;
  if (original) tf.unregisterKernel(kernelName, "wasm");
  // With the set-up function of the original, which our kernel may still call.
  tf.registerKernel({ ...original, kernelName, backendName: "wasm", kernelFunc });
}
