import type { WasmCode, WasmKernel, WasmKernels } from "@kwta/backend";
import { checkFloat32, replaceKernel } from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "./host-of.ts";
import { addressOf, allocate, release, type KernelCall } from "./wasm-backend.ts";

/**
 * Registers kernels for the wasm backend and, where that is the current one, loads their code into all of its threads. A
 * kernel of the same name that is there already is replaced.
 */
export async function registerWasmModule({ code, kernels }: WasmKernels): Promise<void> {
  if (tf.getBackend() === "wasm") await hostOf(tf.backend() as never).load(code);
  for (const kernel of kernels) {
    const kernelFunc = ((call: KernelCall) => runKernel(code, kernel, call)) as unknown as tf.KernelFunc;
    replaceKernel("wasm", kernel.kernelName, kernelFunc);
  }
}

function runKernel(
  code: WasmCode,
  kernel: WasmKernel,
  { inputs, backend, attrs }: KernelCall,
): tf.TensorInfo | tf.TensorInfo[] {
  const attributes = attrs ?? {};
  const tensors = kernel.inputNames.map((name) => checkFloat32(kernel.kernelName, name, inputs[name]));
  const inputShapes = tensors.map(({ shape }) => shape);
  const outputs = kernel.outputShapes(inputShapes, attributes).map((shape) => allocate(backend, shape));
  const host = hostOf(backend);
  try {
    kernel.run({
      inputs: tensors.map((tensor) => addressOf(backend, tensor)),
      outputs: outputs.map((tensor) => addressOf(backend, tensor)),
      inputShapes,
      attributes,
      run: (name, chunks, parameters, scratchBytes) => host.run(code, name, chunks, parameters, scratchBytes),
      float: (value) => host.float(value),
    });
  } catch (error) {
    release(backend, ...outputs);
    throw error;
  }
  return outputs.length === 1 ? outputs[0]! : outputs;
}
