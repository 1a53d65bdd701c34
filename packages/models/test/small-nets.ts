import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { createModel } from "../src/index.ts";
import { formulaTensor } from "./formula-weights.ts";
import { fillByFormula } from "./formula-net.ts";

/** One small net of each kind, and the images that it takes. */
export const SMALL_NETS: readonly (readonly [architecture: string, inputShape: readonly [number, number, number]])[] = [
  ["resnet10-w4", [16, 12, 3]],
  ["resnet10-imagenet-w4", [33, 40, 3]],
  ["wideresnet10-2-w4", [16, 16, 3]],
  ["dmwideresnet10-2-w4", [16, 16, 3]],
  ["densenet121-w2", [8, 8, 3]],
  ["vgg11-w2-h20", [32, 32, 3]],
  ["alexnet-w4-h30", [32, 32, 3]],
  ["lenet", [28, 28, 1]],
  ["mnist-cnn-w4-h30", [28, 28, 1]],
  ["mnist-dnn-w40", [8, 8, 1]],
  ["mlp-h30x20", [4, 5, 2]],
  ["small-cnn-w4", [9, 11, 2]],
];

/** A net whose weights and batch norm statistics are far from their initial values. */
export function formulaNet(id: string, inputShape: readonly [number, number, number]): LayersModel {
  const model = createModel(id, { inputShape, numClasses: 5 });
  fillByFormula(model);
  return model;
}

/** So many images, NHWC. */
export function formulaImages(count: number, inputShape: readonly [number, number, number]): tf.Tensor4D {
  const shape: [number, number, number, number] = [count, ...inputShape];
  return tf.tensor4d(formulaTensor("input", shape).data, shape);
}
