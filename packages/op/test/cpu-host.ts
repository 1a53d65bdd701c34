import type { TypedArrayKernel } from "@kwta/backend";
import * as tf from "@tensorflow/tfjs-core";

/** The smallest host: runs typed-array kernels on the arrays of the cpu backend. Returns how to take them away again. */
export function registerOnCpu(kernels: readonly TypedArrayKernel[]): () => void {
  for (const kernel of kernels) {
    tf.registerKernel({
      kernelName: kernel.kernelName,
      backendName: "cpu",
      kernelFunc: ({ inputs, backend, attrs = {} }) => {
        const cpu = backend as {
          data: { get(id: object): { values: Float32Array } };
          makeTensorInfo(shape: number[], dtype: string, values: Float32Array): tf.TensorInfo;
        };
        const infos = kernel.inputNames.map((name) => inputs[name]!);
        const shapes = infos.map(({ shape }) => shape);
        const outputShapes = kernel.outputShapes(shapes, attrs);
        // Outputs start as rubbish, as they do on a heap that is used again.
        const outputs = outputShapes.map((shape) => new Float32Array(tf.util.sizeFromShape(shape)).fill(-77));
        kernel.run(
          infos.map(({ dataId }) => cpu.data.get(dataId).values),
          outputs,
          shapes,
          attrs,
        );
        return outputs.map((values, i) => cpu.makeTensorInfo(outputShapes[i]!, "float32", values));
      },
    });
  }
  return () => {
    for (const { kernelName } of kernels) tf.unregisterKernel(kernelName, "cpu");
  };
}
