import type { TypedArrayKernel } from "@kwta/op/kernels";
import * as tf from "@tensorflow/tfjs-core";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { createRequire } from "node:module";
import { dirname } from "node:path";

/** Starts TensorFlow.js's wasm backend on one thread, fit for input gradients, with kernels of ours on its heap. */
export async function startWasm(kernels: readonly TypedArrayKernel[]): Promise<void> {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${dirname(entry)}/`);
  setThreadsCount(1);
  await tf.setBackend("wasm");
  // The gradient of a convolution layer always asks for the filters' part, which this backend lacks and we do not use.
  tf.registerKernel({
    kernelName: "Conv2DBackpropFilter",
    backendName: "wasm",
    kernelFunc: ({ attrs }) => tf.zeros(attrs!["filterShape"] as number[]),
  });
  for (const kernel of kernels) register(kernel);
}

interface WasmBackend {
  readonly wasm: { readonly HEAPU8: Uint8Array };
  readonly dataIdMap: { get(id: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: string): tf.TensorInfo;
}

function register(kernel: TypedArrayKernel): void {
  tf.registerKernel({
    kernelName: kernel.kernelName,
    backendName: "wasm",
    kernelFunc: ({ inputs, backend, attrs = {} }) => {
      const { wasm, dataIdMap, makeOutput } = backend as WasmBackend;
      const infos = kernel.inputNames.map((name) => inputs[name]!);
      const shapes = infos.map(({ shape }) => shape);
      const outputs = kernel.outputShapes(shapes, attrs).map((shape) => makeOutput.call(backend, shape, "float32"));
      // Views come last: making an output may grow the heap, which detaches its former buffer.
      const view = ({ dataId, shape }: tf.TensorInfo): Float32Array =>
        new Float32Array(wasm.HEAPU8.buffer, dataIdMap.get(dataId).memoryOffset, tf.util.sizeFromShape(shape));
      kernel.run(infos.map(view), outputs.map(view), shapes, attrs);
      return outputs;
    },
  });
}
