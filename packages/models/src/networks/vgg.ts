import { InputError, show } from "@kwta/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { build } from "../build/build.ts";
import { isPositiveInteger } from "../build/checks.ts";
import { batchNorm, conv, dense, flatten, maxPool } from "../build/layers.ts";
import type { NetworkConfig } from "../build/network.ts";

/** Configuration of {@link vgg}. Its stages are `conv` and `dense`. */
export interface VggConfig extends NetworkConfig {
  /**
   * Channels of the first group; the further ones have 2, 4, 8, 8, ... times as many.
   *
   * @defaultValue 64
   */
  readonly width?: number;
  /**
   * Convolutions in each group, which ends with max pooling by 2.
   *
   * @defaultValue `[1, 1, 2, 2, 2]`, which is VGG11
   */
  readonly groups?: readonly number[];
  /**
   * Units of the hidden dense layer.
   *
   * @defaultValue 20000, as in the authors' code
   */
  readonly hidden?: number;
}

/**
 * A VGG with batch norm as in the authors' code: 3x3 convolutions with bias, each followed by BN and a slot; one hidden
 * dense layer with a slot. Weights start as `"pytorch"`.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 * @see Simonyan, Zisserman: "Very deep convolutional networks for large-scale image recognition" (ICLR 2015); `SparseVGG`
 * with `sparse_func='vol'` of the authors' code
 */
export function vgg(config: VggConfig): LayersModel {
  const { numClasses, width = 64, groups = [1, 1, 2, 2, 2], hidden = 20000 } = config;
  if (groups.length === 0 || !groups.every(isPositiveInteger)) {
    throw new InputError(`The convolutions per group are ${show(groups)}; they must be whole numbers of at least 1.`);
  }
  const plan = {
    name: `vgg-${groups.join("-")}`,
    config: { ...config, width },
    stages: ["conv", "dense"],
    initialiser: "pytorch",
  } as const;
  return build(plan, (inputs, slot) => {
    let x = inputs;
    // PyTorch counts convolution, BN, activation and pooling in one sequence.
    let index = 0;
    groups.forEach((count, group) => {
      const filters = width * 2 ** Math.min(group, 3);
      for (let i = 0; i < count; i++, index += 3) {
        x = conv(x, `features.${index}`, { filters, kernelSize: 3, useBias: true });
        x = slot(batchNorm(x, `features.${index + 1}`), `features.${index + 2}`, 0);
      }
      x = maxPool(x, `features.${index++}`);
    });
    x = dense(flatten(x, "flatten"), "classifier.0", hidden);
    return dense(slot(x, "classifier.1", 1), "classifier.2", numClasses);
  });
}
