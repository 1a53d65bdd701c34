import { InputError, show } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";

/**
 * An input of a kernel.
 *
 * @throws InputError when it is missing or not float32
 */
export function checkFloat32(kernelName: string, name: string, tensor: tf.TensorInfo | undefined): tf.TensorInfo {
  if (tensor?.dtype === "float32") return tensor;
  const found = tensor ? `is ${tensor.dtype}` : "is missing";
  throw new InputError(`Input ${show(name)} of the kernel ${kernelName} ${found}; give it a float32 tensor.`);
}
