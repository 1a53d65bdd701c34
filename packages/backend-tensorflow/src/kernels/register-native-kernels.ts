import type { NativeAttribute, NativeKernel, NativeKernels } from "@kwta/backend";
import { checkFloat32, registerActivation, replaceKernel } from "@kwta/backend/kit";
import type * as tf from "@tensorflow/tfjs-core";
import type { Binding, NodeBackend } from "../load/node-backend.ts";

/**
 * Registers kernels for the tensorflow backend, whose native half has their ops. A kernel of the same name that is there
 * already is replaced.
 */
export function registerNativeKernels({ kernels, activations = [] }: NativeKernels): void {
  for (const activation of activations) registerActivation("tensorflow", activation);
  for (const kernel of kernels) {
    replaceKernel("tensorflow", kernel.kernelName, ({ inputs, backend, attrs }) =>
      runKernel(kernel, inputs, backend as NodeBackend, attrs ?? {}),
    );
  }
}

function runKernel(
  { kernelName, inputNames, opName, outputs, attributes }: NativeKernel,
  inputs: tf.NamedTensorInfoMap,
  backend: NodeBackend,
  given: Readonly<Record<string, unknown>>,
): tf.TensorInfo | tf.TensorInfo[] {
  const tensors = inputNames.map((name) => checkFloat32(kernelName, name, inputs[name]));
  const { binding } = backend;
  const list = (attributes?.(given) ?? []).map(({ name, type, value }) => ({
    name,
    type: typeNumber(binding, type),
    value,
  }));
  const results = backend.executeMultipleOutputs(opName, list, tensors, outputs);
  return results.length === 1 ? results[0]! : results;
}

function typeNumber(binding: Binding, type: NativeAttribute["type"]): number {
  return { int: binding.TF_ATTR_INT, float: binding.TF_ATTR_FLOAT, bool: binding.TF_ATTR_BOOL }[type];
}
