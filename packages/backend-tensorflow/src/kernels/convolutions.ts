import * as tf from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../load/node-backend.ts";
import { attributesOf, crop, infoOf, isEmpty, paddingOf, seenShape, type ConvInfo } from "./shared/conv-info.ts";
import { execute } from "./shared/execute.ts";
import type { KernelPatch } from "./shared/kernel-patch.ts";
import { patchBackToFilter, patchBackToInput, patchForward, suitsPatches } from "./shared/patches.ts";
import { isMisread, withSecondChannel } from "./shared/single-channel.ts";
import { suitsWinograd, winogradBackToFilter, winogradBackToInput, winogradForward } from "./shared/winograd.ts";

/** Convolution; TensorFlow's own op, which tfjs-node calls for some paddings only, where Winograd's algorithm does not suit. */
export const conv2d: KernelPatch = {
  kernelName: tf.Conv2D,
  patch: (original) => (call) => {
    const { x, filter } = call.inputs as { x: tf.TensorInfo; filter: tf.TensorInfo };
    if (!areFloats(x, filter)) return original(call);
    return forward(call.backend, infoOf(call.attrs, x.shape, filter.shape), x, filter);
  },
};

/** Convolution with a bias and an activation; by TensorFlow.js's own kernel where the activation cannot be fused. */
export const fusedConv2d: KernelPatch = {
  kernelName: tf.FusedConv2D,
  patch: (original) => (call) => {
    const { x, filter, bias } = call.inputs as { x: tf.TensorInfo; filter: tf.TensorInfo; bias?: tf.TensorInfo };
    const activation = call.attrs["activation"] ?? "linear";
    if (!areFloats(x, filter)) return original(call);
    const info = infoOf(call.attrs, x.shape, filter.shape);
    const perChannel = !bias || tf.util.sizeFromShape(bias.shape) === info.outChannels;
    const fusible = activation === "linear" || activation === "relu";
    if (fusible && perChannel && suitsWinograd(info)) {
      return winogradForward(call.backend, info, x, filter, { bias, relu: activation === "relu" });
    }
    // Of a number of zeros on each side tfjs-node makes an error.
    const attrs = { ...call.attrs, pad: paddingOf(info) };
    if (!isMisread(info) || info.dataFormat !== "channelsLast") return original({ ...call, attrs });
    return tf.tidy(() => {
      const [image, taps] = withSecondChannel(x, filter);
      return original({ ...call, inputs: { ...call.inputs, x: image, filter: taps }, attrs }) as tf.Tensor;
    });
  },
};

/** The gradient of a convolution by its input. */
export const conv2dBackpropInput: KernelPatch = {
  kernelName: tf.Conv2DBackpropInput,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { filter } = inputs as { filter: tf.TensorInfo };
      const shape = attrs["inputShape"] as number[];
      const info = infoOf(attrs, shape, filter.shape);
      if (isEmpty(info)) return tf.zeros(shape);
      return tf.tidy(() => {
        const dy = crop(inputs["dy"]!, info.outShape);
        const turned = { ...info, outHeight: info.inHeight, outWidth: info.inWidth };
        if (suitsWinograd(turned)) return winogradBackToInput(backend, info, dy, filter);
        if (suitsPatches(info)) return patchBackToInput(backend, info, dy, filter);
        const seen = seenShape(info);
        const sizes = tf.tensor1d(seen, "int32");
        const [dx] = execute(backend, "Conv2DBackpropInput", [sizes, filter, dy], 1, attributesOf(info));
        // What the convolution does not look at has no part in it.
        return tf.pad(
          dx!,
          shape.map((size, axis): [number, number] => [0, size - seen[axis]!]),
        );
      });
    },
};

/** The gradient of a convolution by its filter. */
export const conv2dBackpropFilter: KernelPatch = {
  kernelName: tf.Conv2DBackpropFilter,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
      const shape = attrs["filterShape"] as number[];
      const info = infoOf(attrs, x.shape, shape);
      if (isEmpty(info)) return tf.zeros(shape);
      if (suitsWinograd(info)) return winogradBackToFilter(backend, info, x, dy);
      if (suitsPatches(info)) return patchBackToFilter(backend, info, x, dy);
      return tf.tidy(() => {
        const sizes = tf.tensor1d(shape, "int32");
        const [seen, dense] = withoutSteps(crop(x, seenShape(info)), info);
        return execute(backend, "Conv2DBackpropFilter", [seen, sizes, dy], 1, attributesOf(dense))[0]!;
      });
    },
};

function forward(backend: NodeBackend, info: ConvInfo, x: tf.TensorInfo, filter: tf.TensorInfo): tf.TensorInfo {
  if (isEmpty(info)) return tf.zeros(info.outShape);
  if (suitsWinograd(info)) return winogradForward(backend, info, x, filter);
  if (suitsPatches(info)) return patchForward(backend, info, x, filter);
  return tf.tidy(() => {
    const seen = crop(x, seenShape(info));
    const inputs =
      isMisread(info) && info.dataFormat === "channelsLast" ? withSecondChannel(seen, filter) : [seen, filter];
    return execute(backend, "Conv2D", inputs, 1, attributesOf(info))[0]!;
  });
}

/**
 * A convolution of single pixels with a stride looks at some pixels alone: those, and the convolution of them. With the stride,
 * oneDNN's gradient by the filter writes over memory that is not its own (TensorFlow 2.21, 8 channels to 16, AVX-512).
 */
function withoutSteps(x: tf.TensorInfo, g: ConvInfo): [x: tf.TensorInfo, g: ConvInfo] {
  const pixels = g.filterHeight * g.filterWidth === 1 && g.strideHeight * g.strideWidth > 1;
  const { top, bottom, left, right } = g.padInfo;
  if (!pixels || top + bottom + left + right > 0) return [x, g];
  const last = g.dataFormat === "channelsLast";
  const steps = last ? [1, g.strideHeight, g.strideWidth, 1] : [1, 1, g.strideHeight, g.strideWidth];
  const seen = tf.stridedSlice(x as tf.Tensor, [0, 0, 0, 0], [...x.shape], steps);
  return [seen, { ...g, inShape: seen.shape as ConvInfo["inShape"], strideHeight: 1, strideWidth: 1 }];
}

function areFloats(...tensors: readonly tf.TensorInfo[]): boolean {
  return tensors.every(({ dtype }) => dtype === "float32");
}
