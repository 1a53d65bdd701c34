import * as tf from "@tensorflow/tfjs-core";
import type { Exchange } from "./head.ts";

/**
 * Has convolution and dense layers compute by plain ops for the time of one synchronous call.
 *
 * Those layers use fused ops, whose gradient function computes the gradients of the weights whenever that of the input is
 * asked for. An attack has no use for them: without them, forward and backward pass take two thirds of the time, and
 * backends without `Conv2DBackpropFilter`, such as wasm, can be used as they are.
 */
export function leanGradient(layers: readonly unknown[]): Exchange {
  const plain = layers.flatMap((layer) => plainCall(layer as FusedLayer) ?? []);
  return () => {
    for (const { layer, call } of plain) layer.call = call;
    return () => {
      // Uncovers the method of the class again.
      for (const { layer } of plain) delete (layer as Partial<FusedLayer>).call;
    };
  };
}

type Call = (inputs: tf.Tensor | tf.Tensor[], kwargs: object) => tf.Tensor;

/** The fields of TF.js's own layers that are used here. */
interface FusedLayer {
  getClassName(): string;
  call: Call;
  readonly kernel: { read(): tf.Tensor };
  readonly bias: { read(): tf.Tensor } | null;
  readonly activation: { apply(x: tf.Tensor): tf.Tensor } | null;
  readonly strides: [number, number];
  readonly dilationRate: [number, number];
  readonly padding: string;
  readonly dataFormat: string;
}

function plainCall(layer: FusedLayer): { layer: FusedLayer; call: Call } | undefined {
  const name = layer.getClassName();
  if (Object.hasOwn(layer, "call")) return undefined;
  if (name === "Dense") return { layer, call: plainDense(layer) };
  if (name === "Conv2D" && layer.dataFormat !== "channelsFirst") return { layer, call: plainConv2d(layer) };
  return undefined;
}

function plainDense(layer: FusedLayer): Call {
  const original = layer.call.bind(layer);
  return (inputs, kwargs) => {
    const x = single(inputs);
    if (x.rank !== 2) return original(inputs, kwargs);
    return tf.tidy(() => finish(layer, tf.matMul(x, layer.kernel.read())));
  };
}

function plainConv2d(layer: FusedLayer): Call {
  return (inputs) =>
    tf.tidy(() => {
      const padding = layer.padding === "same" ? "same" : "valid";
      const [x, kernel] = [single(inputs) as tf.Tensor4D, layer.kernel.read() as tf.Tensor4D];
      const isPlain = layer.dilationRate.every((rate) => rate === 1) && tf.engine().state.gradientDepth < 2;
      if (layer.bias === null || !isPlain) {
        return finish(layer, tf.conv2d(x, kernel, layer.strides, padding, "NHWC", layer.dilationRate));
      }
      const sum = biasedConv2d(x, kernel, layer.bias.read() as tf.Tensor1D, layer.strides, padding);
      return layer.activation === null ? sum : layer.activation.apply(sum);
    });
}

/** A convolution with its bias in one pass, and its gradient by x alone, once. */
function biasedConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  strides: [number, number],
  pad: "same" | "valid",
): tf.Tensor {
  const inputShape = x.shape;
  const attributes = { strides, pad, dataFormat: "NHWC", dimRoundingMode: null, inputShape };
  const apply = tf.customGrad((input) => ({
    value: tf.fused.conv2d({ x: input as tf.Tensor4D, filter, strides, pad, bias }),
    gradFunc: (dy: tf.Tensor): tf.Tensor =>
      tf.engine().runKernel(tf.Conv2DBackpropInput, { dy, filter }, attributes as object as tf.NamedAttrMap),
  }));
  return apply(x);
}

function finish({ bias, activation }: FusedLayer, x: tf.Tensor): tf.Tensor {
  const sum = bias === null ? x : tf.add(x, bias.read());
  return activation === null ? sum : activation.apply(sum);
}

function single(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? inputs[0]! : inputs;
}
