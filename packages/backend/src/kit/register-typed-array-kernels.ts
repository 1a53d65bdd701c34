import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { checkFloat32 } from "./_check-float32.ts";
import type { TypedArrayKernel } from "./typed-array-kernel.ts";
import type { WasmBackend } from "./wasm/_wasm-backend.ts";

/**
 * Registers kernels for the cpu backend, on its own arrays, for wasm, on the wasm heap with no copy, and for tensorflow, on
 * copies. A kernel of the same name that is there already is replaced.
 *
 * @throws InputError when something in the list is not a {@link TypedArrayKernel}
 */
export function registerTypedArrayKernels(kernels: readonly TypedArrayKernel[]): void {
  kernels.forEach(checkKernel);
  for (const kernel of kernels) {
    for (const [backendName, makeMemory] of Object.entries(MEMORIES)) {
      const { kernelName } = kernel;
      if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
      const kernelFunc: tf.KernelFunc = ({ inputs, backend, attrs }) =>
        runKernel(kernel, inputs, attrs ?? {}, makeMemory(backend));
      tf.registerKernel({ kernelName, backendName, kernelFunc });
    }
  }
}

/** How a backend's tensors are reached as arrays. */
interface Memory {
  allocate(shape: number[]): tf.TensorInfo;
  view(tensor: tf.TensorInfo): Float32Array;
  free(tensor: tf.TensorInfo): void;
}

const MEMORIES: Readonly<Record<string, (backend: object) => Memory>> = {
  cpu: (backend) => cpuMemory(backend as CpuBackend),
  wasm: (backend) => wasmMemory(backend as WasmBackend),
  tensorflow: (backend) => copiedMemory(backend as tf.KernelBackend),
};

function runKernel(
  kernel: TypedArrayKernel,
  inputs: tf.NamedTensorInfoMap,
  attributes: Readonly<Record<string, unknown>>,
  memory: Memory,
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

function wasmMemory(backend: WasmBackend): Memory {
  return {
    allocate: (shape) => backend.makeOutput(shape, "float32"),
    view: (tensor) => backend.typedArrayFromHeap(tensor) as Float32Array,
    free: ({ dataId }) => void backend.disposeData(dataId),
  };
}

/** What is used of `MathBackendCPU`. */
interface CpuBackend {
  readonly data: tf.DataStorage<{ values?: tf.backend_util.BackendValues }>;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo;
  disposeData(dataId: object): boolean;
}

function cpuMemory(backend: CpuBackend): Memory {
  return {
    allocate: (shape) => backend.makeTensorInfo(shape, "float32", new Float32Array(tf.util.sizeFromShape(shape))),
    view: ({ dataId }) => {
      const { values } = backend.data.get(dataId);
      return values instanceof Float32Array ? values : Float32Array.from(values as unknown as number[]);
    },
    free: ({ dataId }) => void backend.disposeData(dataId),
  };
}

/** TensorFlow copies what it reads; what is written is an array until an op of its own needs it, and is read as it is. */
function copiedMemory(backend: tf.KernelBackend): Memory {
  return {
    allocate(shape) {
      const values = new Float32Array(tf.util.sizeFromShape(shape));
      return { dataId: backend.write(values, shape, "float32"), shape, dtype: "float32" };
    },
    view: ({ dataId }) => backend.readSync(dataId) as Float32Array,
    free: ({ dataId }) => void backend.disposeData(dataId),
  };
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
