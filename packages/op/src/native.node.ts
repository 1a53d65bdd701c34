export { kwtaNativeKernels } from "./native/kwta-kernels.ts";
export type { NativeAttribute, NativeKernel, NativeKernels } from "./native/native-kernel.ts";
