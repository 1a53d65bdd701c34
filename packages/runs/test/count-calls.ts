import * as tf from "@tensorflow/tfjs-core";

/** Counts the calls of kernels, from here to the call of the result. */
export function countCalls(kernels: readonly string[]): () => number {
  let calls = 0;
  const restore = kernels.map((kernelName) => {
    const kernel = tf.getKernel(kernelName, tf.getBackend());
    const kernelFunc: tf.KernelFunc = (call) => {
      calls++;
      return kernel.kernelFunc(call);
    };
    tf.unregisterKernel(kernelName, tf.getBackend());
    tf.registerKernel({ ...kernel, kernelFunc });
    return () => {
      tf.unregisterKernel(kernelName, tf.getBackend());
      tf.registerKernel(kernel);
    };
  });
  return () => {
    restore.forEach((each) => each());
    return calls;
  };
}
