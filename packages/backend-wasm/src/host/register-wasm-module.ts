import type { WasmCode, WasmKernel, WasmKernels, WasmThresholdRule } from "@kwta/backend";
import { checkFloat32, replaceKernel } from "@kwta/backend/kit";
import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "./host-of.ts";
import { addressOf, allocate, release, type KernelCall } from "./wasm-backend.ts";
import type { WasmHost } from "./wasm-host.ts";

/** A kernel of somebody else's module, on memory that is no tensor. */
type KernelAt = (call: {
  readonly host: WasmHost;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly inputShapes: readonly (readonly number[])[];
  readonly attributes?: Readonly<Record<string, unknown>>;
}) => void;

/** By the names that they have in the text of a network. */
const rules = new Map<string, Rule>();

interface Rule extends Pick<WasmThresholdRule, "attributes"> {
  /** (x) to (y, threshold). */
  readonly forward: KernelAt;
  /** (dy, x, threshold) to (dx). */
  readonly backward: KernelAt;
}

/** The activation of this name that a module brought; undefined where none did. */
export function thresholdRule(name: string): Rule | undefined {
  return rules.get(name);
}

/**
 * Registers kernels for the wasm backend and, where that is the current one, loads their code into all of its threads. A
 * kernel of the same name that is there already is replaced.
 */
export async function registerWasmModule({ code, kernels, rules: own = [] }: WasmKernels): Promise<void> {
  if (tf.getBackend() === "wasm") await hostOf(tf.backend() as never).load(code);
  for (const kernel of kernels) {
    const kernelFunc = ((call: KernelCall) => runKernel(code, kernel, call)) as unknown as tf.KernelFunc;
    replaceKernel("wasm", kernel.kernelName, kernelFunc);
  }
  for (const { name, kernelName, gradientName, attributes } of own) {
    const [forward, backward] = [kernelName, gradientName].map((each) => {
      const kernel = kernels.find((one) => one.kernelName === each);
      if (kernel === undefined)
        throw new InputError(`The rule ${show(name)} needs the kernel ${show(each)} beside it.`);
      return kernelAt(code, kernel);
    });
    rules.set(name, { forward: forward!, backward: backward!, attributes });
  }
}

function kernelAt(code: WasmCode, kernel: WasmKernel): KernelAt {
  return ({ host, attributes = {}, ...call }) =>
    kernel.run({
      ...call,
      attributes,
      run: (name, chunks, parameters, scratchBytes) => host.run(code, name, chunks, parameters, scratchBytes),
      float: (value) => host.float(value),
    });
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
    kernelAt(
      code,
      kernel,
    )({
      host: hostOf(backend),
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
