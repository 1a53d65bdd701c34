// What backends are made with. Those who only start one need nothing of it.
export { BATCH_NORM_TRAINING, BATCH_NORM_TRAINING_GRAD, trainBatchNormByKernel } from "./kit/batch-norm-layer.ts";
export { checkFloat32 } from "./kit/check-float32.ts";
export { checkKernelPack } from "./kit/check-kernel-pack.ts";
export { defineBackend, type BackendDefinition, type BackendMaker } from "./kit/define-backend.ts";
export { NotSetUpError } from "./kit/not-set-up-error.ts";
export { patchGradient, type GradientPatch } from "./kit/patch-gradient.ts";
export { registerTypedArrayKernels, type ArrayMemory } from "./kit/register-typed-array-kernels.ts";
export { registerActivation } from "./kit/register-activation.ts";
export { replaceKernel } from "./kit/replace-kernel.ts";
export { isSoftwareGpu } from "./kit/software-gpu.ts";
export { checkCopies } from "./kit/check-copies.ts";
export { averagePool3dGradient, averagePoolGradient } from "./repairs/kernels/average-pool-gradient.ts";
export { einsumKernel } from "./repairs/kernels/einsum.ts";
export { typedOneHot } from "./repairs/kernels/one-hot.ts";
export { narrowNearestGradient } from "./repairs/kernels/resize-gradients.ts";
export { spread } from "./repairs/one-axis.ts";
export { surplusOfDepthwise, surplusOfVolumes } from "./repairs/kernels/surplus.ts";
export { repairKernels, type Kernel, type KernelArguments, type KernelRepair } from "./repairs/kernel-repair.ts";
