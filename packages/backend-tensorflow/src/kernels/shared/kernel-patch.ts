import * as tf from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../../load/node-backend.ts";

/** What a kernel of this backend is called with. */
interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly backend: NodeBackend;
  readonly attrs: Readonly<Record<string, unknown>>;
}

export type TensorflowKernel = (call: KernelCall) => tf.TensorInfo | tf.TensorInfo[];

/** A kernel of ours. */
export interface KernelPatch {
  readonly kernelName: string;
  /** The kernel to register, given tfjs-node's; that one is still to be called where ours does not help. */
  patch(original: TensorflowKernel): TensorflowKernel;
}

/** Registers a kernel in place of tfjs-node's. */
export function patchKernel({ kernelName, patch }: KernelPatch): void {
  const original = tf.getKernel(kernelName, "tensorflow") as tf.KernelConfig | undefined;
  const kernelFunc = patch(original?.kernelFunc as unknown as TensorflowKernel) as unknown as tf.KernelFunc;
  if (original) tf.unregisterKernel(kernelName, "tensorflow");
  tf.registerKernel({ ...original, kernelName, backendName: "tensorflow", kernelFunc });
}
