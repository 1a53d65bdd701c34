import * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "../host/host-of.ts";
import {
  addressOf,
  allocate,
  zeros,
  type KernelCall,
  type WasmBackend,
  type WasmKernelPatch,
} from "../host/wasm-backend.ts";
import { convGeometry, isEmpty, type ConvGeometry } from "./shared/conv-geometry.ts";
import { convolution } from "./shared/convolution.ts";
import { epilogue, PLAIN, type Epilogue } from "./shared/epilogue.ts";
import { convInfo, guarded } from "./shared/window-geometry.ts";
import type { FilterTensor } from "./shared/winograd.ts";

/** Convolution of [n, h, w, ci] with [kh, kw, ci, co], with any stride, padding and dilation. */
export const conv2d: WasmKernelPatch = {
  kernelName: tf.Conv2D,
  patch: (original) => (call) => {
    const { x, filter } = call.inputs as { x: tf.TensorInfo; filter: tf.TensorInfo };
    if (x.dtype !== "float32" || filter.dtype !== "float32") return original(call);
    return forward(call, convGeometry(x.shape, filter.shape, call.attrs), PLAIN);
  },
};

/** {@link conv2d} with a bias and an activation; TensorFlow.js's own kernel for the activations that need exponentials. */
export const fusedConv2d: WasmKernelPatch = {
  kernelName: tf.FusedConv2D,
  patch: (original) => (call) => {
    const { x, filter, bias } = call.inputs as Record<string, tf.TensorInfo>;
    const g = convGeometry(x!.shape, filter!.shape, call.attrs);
    const end = epilogue(call.attrs["activation"] as string, bias ? addressOf(call.backend, bias) : 0);
    const perChannel = !bias || tf.util.sizeFromShape(bias.shape) === g.co;
    if (!end || !perChannel || x!.dtype !== "float32") return guarded(original, infoOf)(withNumbers(call));
    return forward(call, g, end);
  },
};

function forward({ inputs, backend }: KernelCall, g: ConvGeometry, end: Epilogue): tf.TensorInfo {
  const { x, filter } = inputs as { x: tf.TensorInfo; filter: tf.TensorInfo };
  const shape = [g.n, g.oh, g.ow, g.co];
  if (isEmpty(g)) return zeros(backend, shape);
  const y = allocate(backend, shape);
  const [from, to] = [addressOf(backend, x), addressOf(backend, y)];
  convolution(hostOf(backend), g, from, filterTensor(backend, filter), to, end);
  return y;
}

/** What the transformed filter is remembered by. */
export function filterTensor(backend: WasmBackend, filter: tf.TensorInfo): FilterTensor {
  return { address: addressOf(backend, filter), dataId: filter.dataId };
}

function infoOf({ inputs, attrs }: KernelCall): tf.backend_util.Conv2DInfo {
  return convInfo(inputs["x"]!.shape, inputs["filter"]!.shape, attrs);
}

/**
 * The call with padding "same" as numbers: told "same", XNNPACK returns zeros where the input is smaller than the stride
 * and larger than the filter.
 */
function withNumbers(call: KernelCall): KernelCall {
  if (call.attrs["pad"] !== "same") return call;
  const { top, bottom, left, right } = infoOf(call).padInfo;
  const pad = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return { ...call, attrs: { ...call.attrs, pad } };
}
