import * as tf from "@tensorflow/tfjs-core";
import { wasmCode } from "../host/_wasm-code.ts";
import { hostOf } from "../host/host-of.ts";
import {
  addressOf,
  allocate,
  callKernel,
  release,
  share,
  zeros,
  type WasmBackend,
  type WasmKernelPatch,
} from "../host/wasm-backend.ts";

type Shape5D = [number, number, number, number, number];
type Info = tf.backend_util.Conv3DInfo;

/** The gradient of a convolution of volumes by its input. TensorFlow.js's leaves most of it out. */
const backToInput: WasmKernelPatch = {
  kernelName: tf.Conv3DBackpropInputV2,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { filter } = inputs as { filter: tf.TensorInfo };
      const shape = attrs["inputShape"] as Shape5D;
      const info = convInfo(shape, filter.shape, attrs);
      if (tf.util.sizeFromShape(info.outShape) === 0) return zeros(backend, shape);
      const dy = crop(backend, inputs["dy"]!, info.outShape);
      const dx = allocate(backend, shape);
      run(backend, "convolve3dBackToInput", info.batchSize, [dx, dy, filter], info);
      release(backend, dy);
      return dx;
    },
};

/** The gradient of a convolution of volumes by its filter. TensorFlow.js's sums over a part of the places. */
const backToFilter: WasmKernelPatch = {
  kernelName: tf.Conv3DBackpropFilterV2,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
      const shape = attrs["filterShape"] as Shape5D;
      const info = convInfo(x.shape, shape, attrs);
      if (tf.util.sizeFromShape(shape) === 0) return zeros(backend, shape);
      const dw = allocate(backend, shape);
      run(backend, "convolve3dBackToFilter", shape[0] * shape[1] * shape[2], [x, dy, dw], info);
      return dw;
    },
};

/** Max pooling. TensorFlow.js's begins with the smallest positive number: windows without one give that. */
const maxPool: WasmKernelPatch = {
  kernelName: tf.MaxPool3D,
  patch: (original) => (call) => {
    const { inputs, backend, attrs } = call;
    const x = inputs["x"]!;
    if (x.dtype !== "float32") return original(call);
    const info = poolInfo(x.shape, attrs);
    const y = allocate(backend, info.outShape);
    if (tf.util.sizeFromShape(y.shape) > 0) run(backend, "maxPool3d", info.batchSize, [x, y, y], info);
    return y;
  },
};

/** The gradient of max pooling. TensorFlow.js's sends dy elsewhere, for the same reason. */
const maxPoolGradient: WasmKernelPatch = {
  kernelName: tf.MaxPool3DGrad,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
      const info = poolInfo(input.shape, attrs);
      if (tf.util.sizeFromShape(dy.shape) === 0) return zeros(backend, input.shape);
      const dx = allocate(backend, input.shape);
      run(backend, "maxPool3dBack", info.batchSize, [input, dy, dx], info);
      return dx;
    },
};

/** Convolution and max pooling of volumes. */
export const volumes: readonly WasmKernelPatch[] = [backToFilter, backToInput, maxPool, maxPoolGradient];

function convInfo(
  shape: readonly number[],
  filterShape: readonly number[],
  attrs: Readonly<Record<string, unknown>>,
): Info {
  const { pad, strides } = attrs as unknown as tf.Conv3DBackpropInputV2Attrs;
  return tf.backend_util.computeConv3DInfo([...shape] as Shape5D, [...filterShape] as Shape5D, strides, 1, pad);
}

function poolInfo(shape: readonly number[], attrs: Readonly<Record<string, unknown>>): Info {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPool3DAttrs;
  return tf.backend_util.computePool3DInfo([...shape] as Shape5D, filterSize, strides, 1, pad, dimRoundingMode);
}

/** Runs a function of `assembly/volume.ts`. */
function run(backend: WasmBackend, name: string, chunks: number, tensors: readonly tf.TensorInfo[], g: Info): void {
  const addresses = tensors.map((tensor) => addressOf(backend, tensor));
  const sizes = [g.batchSize, g.inDepth, g.inHeight, g.inWidth, g.inChannels];
  const out = [g.outDepth, g.outHeight, g.outWidth, g.outChannels];
  const window = [g.filterDepth, g.filterHeight, g.filterWidth, g.strideDepth, g.strideHeight, g.strideWidth];
  const before = [g.padInfo.front, g.padInfo.top, g.padInfo.left];
  hostOf(backend).run(wasmCode, name, chunks, [...addresses, ...sizes, ...out, ...window, ...before]);
}

/** The part of dy that belongs to the input: a transposed convolution may ask for a smaller one than dy would give. */
function crop(backend: WasmBackend, dy: tf.TensorInfo, size: readonly number[]): tf.TensorInfo {
  if (tf.util.arraysEqual(dy.shape, [...size])) return share(backend, dy, dy.shape);
  return callKernel(backend, tf.Slice, { x: dy }, { begin: size.map(() => 0), size });
}
