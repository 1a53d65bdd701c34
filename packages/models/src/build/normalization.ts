import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { layers, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { apply } from "./layers.ts";

/** Mean and standard deviation of the images, of values in [0, 1]: one number for all channels, or one for each. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * The images less the mean of each channel, divided by the standard deviation. The layer, `normalization`, is a 1x1
 * depthwise convolution that training leaves alone, so that every TensorFlow.js program reads it.
 *
 * @throws InputError when the numbers do not fit the images
 */
export function normalize(images: SymbolicTensor, normalization: Normalization): SymbolicTensor {
  const [, , , channels] = images.shape;
  if (images.shape.length !== 4) {
    throw new InputError(`The input shape is ${show(images.shape.slice(1))}; only images are normalised.`);
  }
  const values = spread(normalization, channels!);
  const settings = { name: NAME, kernelSize: 1, useBias: true, trainable: false } as const;
  const layer = layers.depthwiseConv2d(settings);
  const result = apply(images, layer);
  write(layer, values);
  return result;
}

/** Whether a layer is what {@link normalize} puts in front. */
export function isNormalization(layer: layers.Layer): boolean {
  return layer.name === NAME && layer.getClassName() === "DepthwiseConv2D" && !layer.trainable;
}

/** The normalisation in front of a model, if it has one: numbers for each channel. */
export function readNormalization(model: LayersModel): Normalization | undefined {
  const layer = model.layers.find(isNormalization);
  if (!layer) return undefined;
  const [scale, shift] = layer.getWeights().map((weight) => [...weight.dataSync()]) as [number[], number[]];
  const std = scale.map((value) => Math.fround(1 / value));
  return { mean: shift.map((value, channel) => Math.fround(-value / scale[channel]!)), std };
}

/** @throws InputError when the numbers do not fit the images of the model, which has a normalisation */
export function writeNormalization(model: LayersModel, normalization: Normalization): void {
  const layer = model.layers.find(isNormalization)!;
  write(layer, spread(normalization, (layer.input as SymbolicTensor).shape[3]!));
}

const NAME = "normalization";

function spread({ mean, std }: Normalization, channels: number): Normalization {
  const each = (values: readonly number[]): readonly number[] =>
    values.length === 1 ? Array.from({ length: channels }, () => values[0]!) : values;
  const all = { mean: each(mean), std: each(std) };
  const fits = all.mean.length === channels && all.std.length === channels;
  if (
    fits &&
    all.mean.every((value) => Math.abs(value) <= 1) &&
    all.std.every((value) => value > 0 && value < Infinity)
  )
    return all;
  throw new InputError(
    `The mean ${show(mean)} and standard deviation ${show(std)} do not fit images of ${channels} channels; ` +
      "one number for all channels or one for each is needed, of values in [0, 1], and deviations above 0.",
  );
}

function write(layer: layers.Layer, { mean, std }: Normalization): void {
  const scale = std.map((value) => 1 / value);
  tf.tidy(() => {
    const shift = mean.map((value, channel) => -value * scale[channel]!);
    layer.setWeights([tf.tensor(scale, [1, 1, scale.length, 1]), tf.tensor(shift)]);
  });
}
