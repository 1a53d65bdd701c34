import { lookUp } from "@kwta/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { alexNet } from "./alex-net.ts";
import { denseNet } from "./dense-net.ts";
import { dmWideResNet } from "./dm-wide-resnet.ts";
import { leNet } from "./le-net.ts";
import { mlp } from "./mlp.ts";
import { mnistCnn } from "./mnist-cnn.ts";
import { mnistDnn } from "./mnist-dnn.ts";
import type { ImageShape, NetworkConfig } from "../build/network.ts";
import { resnet, type ResNetConfig } from "./resnet.ts";
import { smallCnn } from "./small-cnn.ts";
import { vgg } from "./vgg.ts";
import { wideResNet, type WideResNetConfig } from "./wide-resnet.ts";

/** What an id and its options say about a network. */
interface BuildConfig extends Omit<NetworkConfig, "inputShape"> {
  readonly inputShape: ImageShape | readonly [length: number];
  readonly width: number;
  readonly hidden: readonly number[];
}

/** What a model id can name. */
export interface Architecture {
  /** One line. */
  readonly summary: string;
  /** What `-wN` changes, from where; absent where the id takes none. */
  readonly width?: { readonly of: string; readonly default: number };
  /** Units of the hidden dense layers that `-hN` changes; absent where the id takes none. */
  readonly hidden?: readonly number[];
  build(config: BuildConfig): LayersModel;
}

/**
 * The architecture of that name: one of {@link ARCHITECTURES}, or a WideResNet of another size.
 *
 * @throws InputError that lists the known ones
 */
export function findArchitecture(name: string): Architecture {
  const [, family, depth, widen] = /^([a-z]+)(\d+)-(\d+)$/.exec(name) ?? [];
  const wide = WIDE_RESNETS.find((each) => each.name === family);
  return wide ? wideResNetOf(wide, Number(depth), Number(widen)) : lookUp("architecture", name, ARCHITECTURES);
}

/** A family of WideResNets, whose ids say depth and widening factor: `wideresnet28-10`. */
interface WideFamily {
  readonly name: string;
  readonly summary: string;
  readonly build: (config: WideResNetConfig) => LayersModel;
  /** Those that have a name in lists, [depth, widening factor]. */
  readonly sizes: readonly (readonly [depth: number, widen: number])[];
  /** Weights of which each block of the first group has one, of as many channels as the group. */
  readonly blocks: RegExp;
  /** The weight of the first convolution. */
  readonly stem: RegExp;
}

/** All families of WideResNets. */
export const WIDE_RESNETS: readonly WideFamily[] = [
  {
    name: "wideresnet",
    summary: "WideResNet",
    build: wideResNet,
    sizes: [
      [22, 6],
      [22, 8],
      [22, 10],
      [22, 12],
      [28, 10],
      [34, 10],
    ],
    blocks: /(^|\.)block1\.layer\.\d{1,3}\.conv2\.weight$/,
    stem: /^(?!.*layer).*\bconv1\.weight$/,
  },
  {
    name: "dmwideresnet",
    summary: "DeepMind's WideResNet, as in RobustBench,",
    build: dmWideResNet,
    sizes: [
      [28, 10],
      [34, 20],
      [70, 16],
    ],
    blocks: /(^|\.)layer\.0\.block\.\d{1,3}\.conv_1\.weight$/,
    stem: /(^|\.)init_conv\.weight$/,
  },
];

const RESNETS: Readonly<Record<string, Pick<ResNetConfig, "block" | "blocks">>> = {
  resnet10: { blocks: [1, 1, 1, 1] },
  resnet18: { blocks: [2, 2, 2, 2] },
  resnet34: { blocks: [3, 4, 6, 3] },
  resnet50: { block: "bottleneck", blocks: [3, 4, 6, 3] },
  resnet101: { block: "bottleneck", blocks: [3, 4, 23, 3] },
  resnet152: { block: "bottleneck", blocks: [3, 8, 36, 3] },
};

const CHANNELS = "channels of the first convolution";

const resnets = Object.entries(RESNETS).flatMap(([name, settings]) =>
  (["cifar", "imagenet"] as const).map((stem): [string, Architecture] => [
    stem === "cifar" ? name : `${name}-imagenet`,
    {
      summary: `ResNet of ${settings.block ?? "basic"} blocks ${settings.blocks!.join(", ")}, ${stem === "cifar" ? "3x3 stem with ReLU" : "7x7 stem"}`,
      width: { of: CHANNELS, default: 64 },
      build: (config) => resnet({ ...image(config), ...settings, stem }),
    },
  ]),
);

/** torchvision's, whose bottlenecks alone are wider. */
const wideBottlenecks = (
  [
    [50, 2, [3, 4, 6, 3]],
    [50, 4, [3, 4, 6, 3]],
    [101, 2, [3, 4, 23, 3]],
  ] as const
).map(([depth, inner, blocks]): [string, Architecture] => [
  `wideresnet${depth}-${inner}-imagenet`,
  {
    summary: `ResNet of bottleneck blocks ${blocks.join(", ")}, ${inner} times as wide within, 7x7 stem`,
    width: { of: CHANNELS, default: 64 },
    build: (config) => resnet({ ...image(config), block: "bottleneck", blocks, inner, stem: "imagenet" }),
  },
]);

const denseNets = Object.entries({
  densenet121: { blocks: [6, 12, 24, 16], growth: 32 },
  densenet161: { blocks: [6, 12, 36, 24], growth: 48 },
  densenet169: { blocks: [6, 12, 32, 32], growth: 32 },
  densenet201: { blocks: [6, 12, 48, 32], growth: 32 },
}).map(([name, { blocks, growth }]): [string, Architecture] => [
  name,
  {
    summary: `DenseNet of ${blocks.join(", ")} layers, final activation ReLU`,
    width: { of: "channels that a layer adds", default: growth },
    build: (config) => denseNet({ ...image(config), blocks }),
  },
]);

const vggs = Object.entries({
  vgg11: [1, 1, 2, 2, 2],
  vgg13: [2, 2, 2, 2, 2],
  vgg16: [2, 2, 3, 3, 3],
  vgg19: [2, 2, 4, 4, 4],
}).map(([name, groups]): [string, Architecture] => [
  name,
  {
    summary: `VGG of ${groups.join(", ")} convolutions with batch norm, one wide hidden layer`,
    width: { of: CHANNELS, default: 64 },
    hidden: [20000],
    build: (config) => vgg({ ...image(config), groups, hidden: config.hidden[0]! }),
  },
]);

const wideResNets = WIDE_RESNETS.flatMap((family) =>
  family.sizes.map(([depth, widen]): [string, Architecture] => [
    `${family.name}${depth}-${widen}`,
    wideResNetOf(family, depth, widen),
  ]),
);

/** Every architecture that a model id can name; WideResNets of other sizes are built as well. */
export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  ...Object.fromEntries([...resnets, ...wideBottlenecks, ...wideResNets, ...denseNets, ...vggs]),
  alexnet: {
    summary: "AlexNet for 32x32 images, without dropout",
    width: { of: CHANNELS, default: 64 },
    hidden: [4096],
    build: (config) => alexNet({ ...image(config), hidden: config.hidden[0]! }),
  },
  lenet: {
    summary: "LeNet for 28x28 and 32x32 images",
    width: { of: CHANNELS, default: 6 },
    build: (config) => leNet(image(config)),
  },
  "mnist-cnn": {
    summary: "the paper's convolutional net for MNIST, without batch norm",
    width: { of: CHANNELS, default: 32 },
    hidden: [20000],
    build: (config) => mnistCnn({ ...image(config), hidden: config.hidden[0]! }),
  },
  "mnist-dnn": {
    summary: "the paper's net of two equal hidden layers for MNIST",
    width: { of: "units of the hidden layers", default: 20000 },
    build: (config) => mnistDnn(image(config)),
  },
  mlp: { summary: "fully connected net on rows or images", hidden: [256, 256], build: mlp },
  "small-cnn": {
    summary: "small convolutional net with batch norm",
    width: { of: CHANNELS, default: 16 },
    build: (config) => smallCnn(image(config)),
  },
};

function wideResNetOf({ summary, build }: WideFamily, depth: number, widen: number): Architecture {
  return {
    summary: `${summary} of ${depth} layers, ${widen} times as wide`,
    width: { of: CHANNELS, default: 16 },
    build: (config) => build({ ...image(config), depth, widen }),
  };
}

/** Each network checks the input shape itself. */
function image(config: BuildConfig): BuildConfig & { readonly inputShape: ImageShape } {
  return config as BuildConfig & { readonly inputShape: ImageShape };
}
