import * as tf from "@tensorflow/tfjs-core";

/** What a kernel is called with. */
export interface KernelArguments {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly backend: unknown;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** A kernel with one output. */
export type Kernel = (call: KernelArguments) => tf.TensorInfo;

/** A kernel that TensorFlow.js gets wrong on more than one backend, or that one lacks, and what stands in for it. */
export interface KernelRepair {
  readonly kernelName: string;
  /** What is wrong with TensorFlow.js's own. */
  readonly fault: string;
  /** The kernel to register, given the one that is there, which is still to be called where it is right. */
  repair(original: Kernel): Kernel;
}

/** Has a backend use kernels of ours; one that the backend lacks is added. Has an effect once for each. */
export function repairKernels(backendName: string, repairs: readonly KernelRepair[]): void {
  for (const each of repairs) {
    const { kernelName, repair } = each;
    const key = `${backendName} ${kernelName}`;
    if (repaired.get(key)?.has(each)) continue;
    repaired.set(key, (repaired.get(key) ?? new Set()).add(each));
    const original = tf.getKernel(kernelName, backendName) as tf.KernelConfig | undefined;
    const kernelFunc = repair(original?.kernelFunc as unknown as Kernel) as unknown as tf.KernelFunc;
    if (original) tf.unregisterKernel(kernelName, backendName);
    // With the set-up function of the original, which ours may still call.
    tf.registerKernel({ ...original, kernelName, backendName, kernelFunc });
  }
}

const repaired = new Map<string, Set<KernelRepair>>();

/** What a kernel gave, as a tensor to compute with. */
export function asTensor(info: tf.TensorInfo): tf.Tensor {
  return "rank" in info ? (info as tf.Tensor) : tf.engine().makeTensorFromTensorInfo(info);
}
