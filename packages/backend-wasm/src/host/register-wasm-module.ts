import type { WasmActivation, WasmCode, WasmKernel, WasmKernelCall, WasmKernels } from "@kwta/backend";
import { checkFloat32, registerActivation, replaceKernel } from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "./host-of.ts";
import { addressOf, allocate, release, type KernelCall } from "./wasm-backend.ts";
import type { WasmHost } from "./wasm-host.ts";

/** By the names that they have in the text of a network, with the code that they are part of. */
const activations = new Map<string, { readonly activation: WasmActivation; readonly code: WasmCode }>();

/** The activation of this name that a module brought, and how its functions are run; undefined where none did. */
export function findActivation(
  name: string,
): { readonly activation: WasmActivation; runner(host: WasmHost): Runner } | undefined {
  const found = activations.get(name);
  return found && { activation: found.activation, runner: (host) => runnerOf(found.code, host) };
}

type Runner = Pick<WasmKernelCall, "run" | "float">;

function runnerOf(code: WasmCode, host: WasmHost): Runner {
  return {
    run: (name, chunks, parameters, scratchBytes) => host.run(code, name, chunks, parameters, scratchBytes),
    float: (value) => host.float(value),
  };
}

/**
 * Registers kernels for the wasm backend and, where that is the current one, loads their code into all of its threads. A
 * kernel of the same name that is there already is replaced.
 */
export async function registerWasmModule({ code, kernels, activations: own = [] }: WasmKernels): Promise<void> {
  if (tf.getBackend() === "wasm") await hostOf(tf.backend() as never).load(code);
  for (const kernel of kernels) {
    const kernelFunc = ((call: KernelCall) => runKernel(code, kernel, call)) as unknown as tf.KernelFunc;
    replaceKernel("wasm", kernel.kernelName, kernelFunc);
  }
  for (const activation of own) {
    activations.set(activation.name, { activation, code });
    registerActivation("wasm", activation.name);
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
  try {
    kernel.run({
      ...runnerOf(code, hostOf(backend)),
      inputs: tensors.map((tensor) => addressOf(backend, tensor)),
      outputs: outputs.map((tensor) => addressOf(backend, tensor)),
      inputShapes,
      attributes,
    });
  } catch (error) {
    release(backend, ...outputs);
    throw error;
  }
  return outputs.length === 1 ? outputs[0]! : outputs;
}
