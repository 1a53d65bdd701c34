import * as tf from "@tensorflow/tfjs-core";
import type { KernelArguments, KernelRepair } from "../kernel-repair.ts";

type Info = tf.backend_util.Conv3DInfo;

/** What is used of `MathBackendCPU`. */
interface CpuBackend {
  readSync(dataId: object): Float32Array;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo;
}

/** The gradient of max pooling of volumes, on cpu: dy goes to the largest value of its window, to the first of equal ones. */
export const maxPool3dGradient: KernelRepair = {
  kernelName: tf.MaxPool3DGrad,
  fault: "dy is sent to other places where the window is no cube",
  repair: () => (call) => {
    const { dy, input } = call.inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
    const backend = call.backend as CpuBackend;
    const x = backend.readSync(input.dataId);
    const from = backend.readSync(dy.dataId);
    const dx = new Float32Array(x.length);
    const g = infoOf(input.shape, call);
    let next = 0;
    for (let n = 0; n < g.batchSize; n++)
      for (let z = 0; z < g.outDepth; z++)
        for (let row = 0; row < g.outHeight; row++)
          for (let column = 0; column < g.outWidth; column++)
            for (let c = 0; c < g.inChannels; c++) {
              const best = largest(x, g, [n, z, row, column, c]);
              if (best >= 0) dx[best]! += from[next]!;
              next++;
            }
    return backend.makeTensorInfo([...input.shape], "float32", dx);
  },
};

function infoOf(shape: readonly number[], { attrs }: KernelArguments): Info {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPool3DGradAttrs;
  const sizes = [...shape] as [number, number, number, number, number];
  return tf.backend_util.computePool3DInfo(sizes, filterSize, strides, 1, pad, dimRoundingMode);
}

/** Where the largest value of a window is; -1 where the window is empty. */
function largest(x: Float32Array, g: Info, [n, z, row, column, c]: [number, number, number, number, number]): number {
  const [front, top, left] = [
    z * g.strideDepth - g.padInfo.front,
    row * g.strideHeight - g.padInfo.top,
    column * g.strideWidth - g.padInfo.left,
  ];
  let best = -1;
  for (let d = Math.max(0, front); d < Math.min(g.inDepth, front + g.filterDepth); d++)
    for (let h = Math.max(0, top); h < Math.min(g.inHeight, top + g.filterHeight); h++)
      for (let w = Math.max(0, left); w < Math.min(g.inWidth, left + g.filterWidth); w++) {
        const place = (((n * g.inDepth + d) * g.inHeight + h) * g.inWidth + w) * g.inChannels + c;
        if (best < 0 || x[place]! > x[best]!) best = place;
      }
  return best;
}
