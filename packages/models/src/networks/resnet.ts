import { InputError, show } from "@kwta/core";
import { layers, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { build, type BlockOptions, type Slot } from "../build/build.ts";
import { isPositiveInteger } from "../build/checks.ts";
import { apply, batchNorm, conv, dense, poolAndFlatten, relu } from "../build/layers.ts";
import type { NetworkConfig } from "../build/network.ts";

/** Configuration of {@link resnet}. Its stages are those of its blocks. */
export interface ResNetConfig extends NetworkConfig {
  /**
   * Channels of the stem and the first stage; each further stage has twice as many.
   *
   * @defaultValue 64
   */
  readonly width?: number;
  /**
   * Residual blocks in each stage.
   *
   * @defaultValue `[2, 2, 2, 2]`, which is ResNet18
   */
  readonly blocks?: readonly number[];
  /**
   * `"basic"`: two 3x3 convolutions. `"bottleneck"`: 1x1, 3x3, 1x1, with four times as many channels at the end.
   *
   * @defaultValue "basic"
   */
  readonly block?: "basic" | "bottleneck";
  /**
   * How many times as many channels the inner convolutions of a bottleneck have: 2 is torchvision's Wide ResNet-50-2.
   *
   * @defaultValue 1
   */
  readonly inner?: number;
  /**
   * How the net begins and ends.
   * - `"cifar"`: 3x3 convolution, ReLU whatever the activation; average pooling by 4.
   * - `"imagenet"`: 7x7 convolution of stride 2, activation slot, 3x3 max pooling of stride 2; global average pooling. The
   *   shape of torchvision's ResNets, whose weights fit.
   * - `"imagenet-3x3"`: 3x3 convolution, activation slot; global average pooling: the authors' `SparseResNet_ImageNet`.
   *
   * @defaultValue "cifar"
   */
  readonly stem?: "cifar" | "imagenet" | "imagenet-3x3";
}

/**
 * A ResNet as in the k-WTA paper: stages whose first block has stride 1, 2, 2, 2, one dense layer. Activation slots follow
 * each batch norm inside a block and the sum at its end. The stem of nets for small images keeps ReLU.
 *
 * Layers are called as in the authors' PyTorch code (`layer1.0.conv1`), which {@link loadStateDict} relies on. Weights
 * start as `"pytorch"`: the authors leave them to it.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 * @see He, Zhang, Ren, Sun: "Deep residual learning for image recognition" (CVPR 2016); `SparseResNet18` with
 * `sparse_func='vol'` and `relu=False` of the authors' code
 */
export function resnet(config: ResNetConfig): LayersModel {
  const { numClasses, width = 64, blocks = [2, 2, 2, 2], block = "basic", inner = 1, stem = "cifar" } = config;
  if (blocks.length === 0 || !blocks.every(isPositiveInteger)) {
    throw new InputError(`The blocks per stage are ${show(blocks)}; they must be whole numbers of at least 1.`);
  }
  if (!isPositiveInteger(inner)) {
    throw new InputError(`The inner width is ${show(inner)} times the outer; it must be a whole number of at least 1.`);
  }
  const plan = {
    name: `resnet-${blocks.join("-")}`,
    config: { ...config, width },
    stages: blocks.map((_, stage) => `layer${stage + 1}`),
    initialiser: "pytorch",
  } as const;
  return build(plan, (inputs, slot) => {
    let x = STEMS[stem](inputs, width, slot);
    blocks.forEach((count, stage) => {
      for (let i = 0; i < count; i++) {
        const stride = stage > 0 && i === 0 ? 2 : 1;
        const options = { name: `layer${stage + 1}.${i}`, filters: width * 2 ** stage, stride, stage, slot };
        x = BLOCKS[block](x, options, inner);
      }
    });
    const pooled =
      stem === "cifar" ? poolAndFlatten(x, 4) : apply(x, layers.globalAveragePooling2d({ name: "avg_pool" }));
    return dense(pooled, "linear", numClasses);
  });
}

const STEMS = {
  cifar: (x: SymbolicTensor, filters: number): SymbolicTensor =>
    relu(batchNorm(conv(x, "conv1", { filters, kernelSize: 3 }), "bn1"), "relu"),
  "imagenet-3x3": (x: SymbolicTensor, filters: number, slot: Slot): SymbolicTensor =>
    slot(batchNorm(conv(x, "conv1", { filters, kernelSize: 3 }), "bn1"), "act", 0),
  imagenet(x: SymbolicTensor, filters: number, slot: Slot): SymbolicTensor {
    const y = slot(batchNorm(conv(x, "conv1", { filters, kernelSize: 7, stride: 2 }), "bn1"), "act", 0);
    // Zeros at the border do what PyTorch's minus infinity does, because each window at the border holds a value of at
    // least 0: what ReLU gives, and all losers of k-WTA.
    const padded = apply(y, layers.zeroPadding2d({ padding: 1, name: "maxpool.pad" }));
    return apply(padded, layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "valid", name: "maxpool" }));
  },
};

const BLOCKS = {
  basic(x: SymbolicTensor, { name, filters, stride, stage, slot }: BlockOptions): SymbolicTensor {
    let y = batchNorm(conv(x, `${name}.conv1`, { filters, kernelSize: 3, stride }), `${name}.bn1`);
    y = slot(y, `${name}.act1`, stage);
    y = batchNorm(conv(y, `${name}.conv2`, { filters, kernelSize: 3 }), `${name}.bn2`);
    return slot(addShortcut(x, y, name, stride), `${name}.act2`, stage);
  },
  bottleneck(x: SymbolicTensor, { name, filters, stride, stage, slot }: BlockOptions, inner: number): SymbolicTensor {
    const within = filters * inner;
    let y = batchNorm(conv(x, `${name}.conv1`, { filters: within, kernelSize: 1 }), `${name}.bn1`);
    y = slot(y, `${name}.act1`, stage);
    y = batchNorm(conv(y, `${name}.conv2`, { filters: within, kernelSize: 3, stride }), `${name}.bn2`);
    y = slot(y, `${name}.act2`, stage);
    y = batchNorm(conv(y, `${name}.conv3`, { filters: 4 * filters, kernelSize: 1 }), `${name}.bn3`);
    return slot(addShortcut(x, y, name, stride), `${name}.act3`, stage);
  },
};

/** `y` and what goes past the block: x itself where it fits, else a 1x1 convolution of it. */
function addShortcut(x: SymbolicTensor, y: SymbolicTensor, name: string, stride: number): SymbolicTensor {
  const filters = y.shape[3]!;
  const fits = stride === 1 && x.shape[3] === filters;
  const shortcut = fits
    ? x
    : batchNorm(conv(x, `${name}.shortcut.0`, { filters, kernelSize: 1, stride }), `${name}.shortcut.1`);
  return apply([y, shortcut], layers.add({ name: `${name}.add` }));
}
