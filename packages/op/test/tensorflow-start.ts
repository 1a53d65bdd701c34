import { registerTypedArrayKernels } from "@kwta/backends";
import { registerNativeKernels } from "../../backends/src/register-native-kernels.ts";
import { tensorflowStarter } from "../../backends/src/tensorflow/tensorflow-starter.node.ts";
import * as tf from "@tensorflow/tfjs-core";
import { typedArrayKernels } from "../src/kernels.ts";
import { kwtaNativeKernels } from "../src/native.node.ts";

/** Why TensorFlow cannot be had here; undefined where it can. */
export const noTensorflow: string | undefined = await start().then(
  () => undefined,
  (error: Error) => error.message,
);

/** Starts TensorFlow with the kernels in C++, or those on typed arrays. Returns how to take them away again. */
export async function startTensorflow({ native }: { native: boolean }): Promise<() => void> {
  if (noTensorflow !== undefined) return () => {};
  await start();
  registerTypedArrayKernels(typedArrayKernels);
  if (native) registerNativeKernels(kwtaNativeKernels);
  return () => {
    for (const { kernelName } of typedArrayKernels) {
      for (const backend of ["cpu", "wasm", "tensorflow"]) tf.unregisterKernel(kernelName, backend);
    }
  };
}

/** By startBackend it would take a self-check, too. */
function start(): Promise<unknown> {
  return tensorflowStarter.start({}, { nativeKernels: [kwtaNativeKernels] });
}
