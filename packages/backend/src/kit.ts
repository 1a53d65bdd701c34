// What backends are made with. Those who only start one need nothing of it.
export { BATCH_NORM_TRAINING, BATCH_NORM_TRAINING_GRAD, trainBatchNormByKernel } from "./kit/batch-norm-layer.ts";
export { checkFloat32 } from "./kit/check-float32.ts";
export { checkKernelPack } from "./kit/check-kernel-pack.ts";
export { defineBackend, type BackendDefinition, type BackendMaker } from "./kit/define-backend.ts";
export { NotSetUpError } from "./kit/not-set-up-error.ts";
export { patchGradient, type GradientPatch } from "./kit/patch-gradient.ts";
export { registerTypedArrayKernels, type ArrayMemory } from "./kit/register-typed-array-kernels.ts";
export { replaceKernel } from "./kit/replace-kernel.ts";
export { checkCopies } from "./kit/check-copies.ts";
