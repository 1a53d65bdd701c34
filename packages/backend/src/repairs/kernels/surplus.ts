import * as tf from "@tensorflow/tfjs-core";
import { firstPlaces, withZeros } from "../one-axis.ts";
import { asTensor, type KernelArguments, type KernelRepair } from "../kernel-repair.ts";

/*
 * Windows with the padding "same" do not reach the end of an image whose last places no window needs: a window side shorter than the
 * stride, and a size that is no multiple of it. TensorFlow.js takes what is left over for a negative padding. Without it the sizes are
 * the same, and the padding is 0: these kernels get the image without it, and give zeros for it where they give a gradient.
 */

/** Where a kernel has its window, its image, and whether its result is a gradient by it. */
interface Places {
  readonly window: (call: KernelArguments) => readonly number[];
  /** The input that is the image; none where the image's shape is an attribute. */
  readonly image?: "x" | "input";
  readonly back?: true;
  readonly spatial: 2 | 3;
}

const filterOf = ({ inputs }: KernelArguments): readonly number[] => inputs["filter"]!.shape;
const sizeOf = ({ attrs }: KernelArguments): readonly number[] => threeOf(attrs["filterSize"] as number | number[]);

const FAULT_3D = '"same" with a window side shorter than the stride begins before the image, or behind its first place';

/** Convolution and pooling of volumes, with their gradients; on all backends that take the sizes from TensorFlow.js's core. */
export const surplusOfVolumes: readonly KernelRepair[] = [
  repair(tf.Conv3D, FAULT_3D, { spatial: 3, window: filterOf, image: "x" }),
  repair(tf.Conv3DBackpropFilterV2, FAULT_3D, {
    spatial: 3,
    window: ({ attrs }) => attrs["filterShape"] as number[],
    image: "x",
  }),
  repair(tf.Conv3DBackpropInputV2, FAULT_3D, { spatial: 3, window: filterOf, back: true }),
  repair(tf.AvgPool3D, FAULT_3D, { spatial: 3, window: sizeOf, image: "x" }),
  repair(tf.AvgPool3DGrad, FAULT_3D, { spatial: 3, window: sizeOf, image: "input", back: true }),
  repair(tf.MaxPool3D, FAULT_3D, { spatial: 3, window: sizeOf, image: "x" }),
  repair(tf.MaxPool3DGrad, FAULT_3D, { spatial: 3, window: sizeOf, image: "input", back: true }),
];

const FAULT_2D = 'XNNPACK gives zeros, or reads elsewhere, for "same" with a window side shorter than the stride';

/** Depthwise convolution of images, on wasm. */
export const surplusOfDepthwise: readonly KernelRepair[] = [
  repair(tf.DepthwiseConv2dNative, FAULT_2D, { spatial: 2, window: filterOf, image: "x" }),
  repair(tf.FusedDepthwiseConv2D, FAULT_2D, { spatial: 2, window: filterOf, image: "x" }),
];

function repair(kernelName: string, fault: string, places: Places): KernelRepair {
  return {
    kernelName,
    fault,
    repair: (original) => (call) => {
      const shape = places.image ? call.inputs[places.image]!.shape : (call.attrs["inputShape"] as number[]);
      const seen = seenShape(shape, call, places);
      if (seen === undefined) return original(call);
      return tf.tidy(() => {
        const smaller = places.image
          ? { ...call, inputs: { ...call.inputs, [places.image]: firstPart(call.inputs[places.image]!, seen) } }
          : { ...call, attrs: { ...call.attrs, inputShape: seen } };
        const result = asTensor(original(smaller));
        if (!places.back) return result;
        return shape.reduce((part, size, axis) => withZeros(part, axis, size), result);
      });
    },
  };
}

/** The part of the image that windows see; `undefined` where they see all of it. */
function seenShape(shape: readonly number[], call: KernelArguments, places: Places): number[] | undefined {
  if (call.attrs["pad"] !== "same") return undefined;
  const window = places.window(call);
  const strides = threeOf(call.attrs["strides"] as number | number[]);
  const dilations = threeOf((call.attrs["dilations"] as number | number[] | undefined) ?? 1);
  const seen = shape.map((size, axis) => {
    const side = axis - 1;
    if (side < 0 || side >= places.spatial) return size;
    const last = (Math.ceil(size / strides[side]!) - 1) * strides[side]!;
    return Math.min(size, last + (window[side]! - 1) * dilations[side]! + 1);
  });
  return tf.util.arraysEqual(seen, [...shape]) ? undefined : seen;
}

function firstPart(x: tf.TensorInfo, shape: readonly number[]): tf.Tensor {
  return shape.reduce((part, size, axis) => firstPlaces(part, axis, size), x as tf.Tensor);
}

function threeOf(value: number | readonly number[]): readonly number[] {
  return typeof value === "number" ? [value, value, value] : value;
}
