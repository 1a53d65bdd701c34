import type { WebgpuKernel } from "@kwta/backend";
import { checkFloat32, replaceKernel } from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";
import type { WebgpuBackend, WebgpuCall } from "../device/webgpu-backend.ts";
import { compile, dispatch } from "./dispatch.ts";

/**
 * Registers kernels for the webgpu backend and, where that is the current one, compiles them. A kernel of the same name that is
 * there already is replaced.
 *
 * @throws InputError when the code of one is not WGSL, or needs more than the device has
 */
export async function registerWebgpuKernels(kernels: readonly WebgpuKernel[]): Promise<void> {
  if (tf.getBackend() === "webgpu") {
    const backend = tf.backend() as unknown as WebgpuBackend;
    await Promise.all(kernels.map((kernel) => compile(kernel, backend.device)));
  }
  for (const kernel of kernels) {
    const kernelFunc = ((call: WebgpuCall) => runKernel(kernel, call)) as unknown as tf.KernelFunc;
    replaceKernel("webgpu", kernel.kernelName, kernelFunc);
  }
}

function runKernel(kernel: WebgpuKernel, { inputs, backend, attrs = {} }: WebgpuCall): tf.TensorInfo | tf.TensorInfo[] {
  const tensors = kernel.inputNames.map((name) => checkFloat32(kernel.kernelName, name, inputs[name]));
  const inputShapes = tensors.map(({ shape }) => shape);
  const outputShapes = kernel.outputShapes(inputShapes, attrs);
  const isEmpty = outputShapes.every((shape) => tf.util.sizeFromShape(shape) === 0);
  const values = isEmpty ? new Float32Array(0) : undefined;
  const outputs = outputShapes.map((shape) => backend.makeTensorInfo(shape, "float32", values));
  try {
    if (!isEmpty) dispatch(kernel, backend, [...tensors, ...outputs], kernel.plan(inputShapes, attrs));
  } catch (error) {
    for (const { dataId } of outputs) backend.disposeData(dataId);
    throw error;
  }
  return outputs.length === 1 ? outputs[0]! : outputs;
}
