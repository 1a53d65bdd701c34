import { tensorflow } from "@kwta/backend-tensorflow";
import * as tf from "@tensorflow/tfjs-core";
import { kwtaKernels } from "../src/kernels/index.ts";
import { typedArrayKernels } from "../src/kernels/typed-array/index.ts";

/** Why TensorFlow cannot be had here; undefined where it can. */
export const noTensorflow: string | undefined = await start(true).then(
  () => undefined,
  (error: Error) => error.message,
);

/** Starts TensorFlow with the kernels in C++, or those on typed arrays. Returns how to take them away again. */
export async function startTensorflow({ native }: { native: boolean }): Promise<() => void> {
  if (noTensorflow !== undefined) return () => {};
  await start(native);
  await tensorflow().register(kwtaKernels);
  return () => {
    for (const { kernelName } of typedArrayKernels) tf.unregisterKernel(kernelName, "tensorflow");
  };
}

/** By startBackend it would take a self-check, too. */
function start(native: boolean): Promise<unknown> {
  return tensorflow({ native }).start({ kernels: [kwtaKernels] });
}
