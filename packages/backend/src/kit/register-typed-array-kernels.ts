import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { TypedArrayKernel } from "../contract/typed-array-kernel.ts";
import { checkFloat32 } from "./check-float32.ts";
import { replaceKernel } from "./replace-kernel.ts";

/** How a backend's tensors are reached as arrays. */
export interface ArrayMemory {
  /** A new float32 tensor of arbitrary content. */
  allocate(shape: number[]): tf.TensorInfo;
  /** Its values; what is written to those of a new tensor is in the tensor. */
  view(tensor: tf.TensorInfo): Float32Array;
  free(tensor: tf.TensorInfo): void;
}

/**
 * Registers kernels on plain arrays for a backend. A kernel of the same name that is there already is replaced.
 *
 * @param memoryOf how the tensors of a backend are reached, given what TensorFlow.js hands to its kernels
 * @throws InputError when something in the list is not a {@link TypedArrayKernel}
 */
export function registerTypedArrayKernels(
  backendName: string,
  kernels: readonly TypedArrayKernel[],
  memoryOf: (backend: object) => ArrayMemory,
): void {
  kernels.forEach(checkKernel);
  for (const kernel of kernels) {
    replaceKernel(backendName, kernel.kernelName, ({ inputs, backend, attrs }) =>
      runKernel(kernel, inputs, attrs ?? {}, memoryOf(backend as object)),
    );
  }
}

function runKernel(
  kernel: TypedArrayKernel,
  inputs: tf.NamedTensorInfoMap,
  attributes: Readonly<Record<string, unknown>>,
  memory: ArrayMemory,
): tf.TensorInfo | tf.TensorInfo[] {
  const tensors = kernel.inputNames.map((name) => checkFloat32(kernel.kernelName, name, inputs[name]));
  const shapes = tensors.map(({ shape }) => shape);
  const outputs = kernel.outputShapes(shapes, attributes).map((shape) => memory.allocate(shape));
  try {
    // Only now: on the wasm heap an allocation may move the memory, and views made before would point nowhere.
    kernel.run(tensors.map(memory.view), outputs.map(memory.view), shapes, attributes);
  } catch (error) {
    outputs.forEach(memory.free);
    throw error;
  }
  return outputs.length === 1 ? outputs[0]! : outputs;
}

function checkKernel(kernel: TypedArrayKernel): void {
  const { kernelName, inputNames, outputShapes, run } = kernel ?? {};
  if (
    typeof kernelName !== "string" ||
    !Array.isArray(inputNames) ||
    typeof outputShapes !== "function" ||
    typeof run !== "function"
  ) {
    throw new InputError(
      `${show(kernel)} is not a kernel on typed arrays. ` +
        "It needs kernelName, inputNames, outputShapes(...) and run(...), see TypedArrayKernel.",
    );
  }
}
