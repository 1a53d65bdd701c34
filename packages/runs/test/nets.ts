import { layers as kinds, sequential, type layers, type LayersModel } from "@tensorflow/tfjs-layers";

const IMAGE = [16, 16, 3] as const;
/** Of every family, with shapes that the network's kernels tell apart: oblong images, strides, pooling, rows. */
export const NETS: readonly (readonly [id: string, shape: readonly [number, number, number]])[] = [
  ["resnet10-w16@relu", IMAGE],
  ["resnet10-w16@kwta:0.1", [24, 17, 3]],
  ["wideresnet10-2-w8@relu", IMAGE],
  ["dmwideresnet10-2-w4@kwta:0.2", IMAGE],
  ["densenet121-w2@relu", IMAGE],
  ["vgg11-w4@relu", [32, 32, 3]],
  ["small-cnn-w8@kwta:0.3", [9, 11, 2]],
  ["small-cnn-w8@break-relu:1", [9, 11, 2]],
  ["resnet10-w8@lwta:2", [9, 11, 2]],
  ["lenet@relu", [28, 28, 1]],
  ["mnist-cnn-w4-h30@relu", [28, 28, 1]],
  ["mlp@kwta:0.2", [28, 28, 1]],
];

/** Runs something with a model layer by layer: one with a `call` of its own is nothing that the backend knows. */
export function layerByLayer<T>(model: LayersModel, run: () => T): T {
  const layer = model.layers.at(-1) as layers.Layer & { call?: unknown };
  layer.call = layer.call.bind(layer);
  try {
    return run();
  } finally {
    delete (layer as Partial<typeof layer>).call;
  }
}

/** For images [6, 6, 2] and 5 classes, with layers after the first convolution. */
export function smallNet(between: readonly layers.Layer[], activation: "linear" | "softmax"): LayersModel {
  return sequential({
    layers: [
      kinds.conv2d({ filters: 4, kernelSize: 3, inputShape: [6, 6, 2], activation: "relu" }),
      ...between,
      kinds.flatten(),
      kinds.dense({ units: 5, activation }),
    ],
  });
}
