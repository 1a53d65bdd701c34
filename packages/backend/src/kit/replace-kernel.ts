import * as tf from "@tensorflow/tfjs-core";

/** Registers a kernel, in place of one of the same name that is there already. */
export function replaceKernel(backendName: string, kernelName: string, kernelFunc: tf.KernelFunc): void {
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ kernelName, backendName, kernelFunc });
}
