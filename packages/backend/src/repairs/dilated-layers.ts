import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";

/** What is used of TensorFlow.js's layer. */
interface Conv2DLayer {
  readonly rank: number;
  readonly strides: [number, number];
  readonly padding: string;
  readonly dataFormat: string;
  readonly dilationRate: number | [number, number];
  readonly kernel: { read(): tf.Tensor4D };
  readonly bias: { read(): tf.Tensor } | null;
  readonly activation: { apply(x: tf.Tensor): tf.Tensor };
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor;
}

/**
 * Has layers of dilated convolutions use `tf.conv2d` while a gradient is recorded: the fused op that they call has a gradient of its
 * own, which refuses dilations and cannot be replaced.
 */
export function dilatedLayers(): void {
  const prototype = Object.getPrototypeOf(
    Object.getPrototypeOf(layers.conv2d({ filters: 1, kernelSize: 1 })),
  ) as Conv2DLayer;
  const { call } = prototype;
  prototype.call = function (this: Conv2DLayer, inputs, kwargs) {
    const dilated = this.rank === 2 && [this.dilationRate].flat().some((rate) => rate !== 1);
    const ours = dilated && this.dataFormat === "channelsLast" && tf.engine().state.gradientDepth > 0;
    if (!ours) return call.call(this, inputs, kwargs);
    return tf.tidy(() => unfused(this, (Array.isArray(inputs) ? inputs[0]! : inputs) as tf.Tensor4D));
  };
}

function unfused(layer: Conv2DLayer, x: tf.Tensor4D): tf.Tensor {
  const pad = layer.padding === "same" ? "same" : "valid";
  const y = tf.conv2d(x, layer.kernel.read(), layer.strides, pad, "NHWC", layer.dilationRate);
  return layer.activation.apply(layer.bias ? tf.add(y, layer.bias.read()) : y);
}
