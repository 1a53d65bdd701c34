import { InputError, show } from "@kwta/core";
import { layers, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { build, type Slot } from "../build/build.ts";
import { isPositiveInteger } from "../build/checks.ts";
import { apply, batchNorm, conv, dense, poolAndFlatten, relu } from "../build/layers.ts";
import type { NetworkConfig } from "../build/network.ts";

/** Configuration of {@link denseNet}. Its stages are its dense blocks, each with the transition after it. */
export interface DenseNetConfig extends NetworkConfig {
  /**
   * Channels that each layer of a dense block adds (the growth rate). The stem has twice as many.
   *
   * @defaultValue 32
   */
  readonly width?: number;
  /**
   * Layers in each dense block.
   *
   * @defaultValue `[6, 12, 24, 16]`, which is DenseNet121
   */
  readonly blocks?: readonly number[];
}

/**
 * A DenseNet for small images as in the k-WTA paper: a bare 3x3 convolution as stem; dense blocks of BN, slot, 1x1
 * convolution, BN, slot, 3x3 convolution; transitions of BN, slot, 1x1 convolution to half the channels, average pooling
 * by 2; at the end BN, ReLU whatever the activation, average pooling by 4, one dense layer. Weights start as `"pytorch"`.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 * @see Huang, Liu, van der Maaten, Weinberger: "Densely connected convolutional networks" (CVPR 2017);
 * `SparseDenseNet121` with `sparse_func='vol'` of the authors' code
 */
export function denseNet(config: DenseNetConfig): LayersModel {
  const { numClasses, width: growth = 32, blocks = [6, 12, 24, 16] } = config;
  if (blocks.length === 0 || !blocks.every(isPositiveInteger)) {
    throw new InputError(`The layers per dense block are ${show(blocks)}; they must be whole numbers of at least 1.`);
  }
  const plan = {
    name: `densenet-${blocks.join("-")}`,
    config: { ...config, width: growth },
    stages: blocks.map((_, stage) => `dense${stage + 1}`),
    initialiser: "pytorch",
  } as const;
  return build(plan, (inputs, slot) => {
    let x = conv(inputs, "conv1", { filters: 2 * growth, kernelSize: 3 });
    blocks.forEach((count, stage) => {
      for (let i = 0; i < count; i++) x = denseLayer(x, { name: `dense${stage + 1}.${i}`, growth, stage, slot });
      if (stage < blocks.length - 1) x = transition(x, `trans${stage + 1}`, stage, slot);
    });
    return dense(poolAndFlatten(relu(batchNorm(x, "bn"), "relu"), 4), "linear", numClasses);
  });
}

interface LayerOptions {
  readonly name: string;
  readonly growth: number;
  readonly stage: number;
  readonly slot: Slot;
}

function denseLayer(x: SymbolicTensor, { name, growth, stage, slot }: LayerOptions): SymbolicTensor {
  let y = slot(batchNorm(x, `${name}.bn1`), `${name}.act1`, stage);
  y = batchNorm(conv(y, `${name}.conv1`, { filters: 4 * growth, kernelSize: 1 }), `${name}.bn2`);
  y = conv(slot(y, `${name}.act2`, stage), `${name}.conv2`, { filters: growth, kernelSize: 3 });
  // The new channels come first, as in the authors' code.
  return apply([y, x], layers.concatenate({ name: `${name}.concat`, axis: -1 }));
}

function transition(x: SymbolicTensor, name: string, stage: number, slot: Slot): SymbolicTensor {
  const y = slot(batchNorm(x, `${name}.bn`), `${name}.act`, stage);
  const half = conv(y, `${name}.conv`, { filters: Math.floor(x.shape[3]! / 2), kernelSize: 1 });
  const [, height, width] = half.shape as [null, number, number, number];
  if (height < 2 || width < 2) {
    throw new InputError(
      `The image is too small for this DenseNet: only ${height}x${width} positions reach ${name}, which pools by 2.`,
    );
  }
  return apply(half, layers.averagePooling2d({ name: `${name}.pool`, poolSize: 2, strides: 2, padding: "valid" }));
}
