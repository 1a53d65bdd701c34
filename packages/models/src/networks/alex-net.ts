import type { LayersModel } from "@tensorflow/tfjs-layers";
import { build } from "../build/build.ts";
import { conv, dense, flatten, maxPool } from "../build/layers.ts";
import type { NetworkConfig } from "../build/network.ts";

/** Configuration of {@link alexNet}. Its stages are `conv` and `dense`. */
export interface AlexNetConfig extends NetworkConfig {
  /**
   * Channels of the first convolution; the others have 3, 6, 4 and 4 times as many.
   *
   * @defaultValue 64
   */
  readonly width?: number;
  /**
   * Units of the two hidden dense layers.
   *
   * @defaultValue 4096
   */
  readonly hidden?: number;
}

/**
 * AlexNet for 32x32 images as in the authors' code: five 3x3 convolutions with bias, the first of stride 2, max pooling by
 * 2 after the first, second and last; two hidden dense layers. A slot follows each. There is no dropout. Weights start as
 * `"pytorch"`.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 * @see Krizhevsky, Sutskever, Hinton: "ImageNet classification with deep convolutional neural networks" (NIPS 2012);
 * `SparseAlexNet` with `sp_func='vol'` of the authors' code
 */
export function alexNet(config: AlexNetConfig): LayersModel {
  const { numClasses, width = 64, hidden = 4096 } = config;
  const stages = ["conv", "dense"] as const;
  const plan = { name: "alexnet", config: { ...config, width }, stages, initialiser: "pytorch" } as const;
  return build(plan, (inputs, slot) => {
    let x = inputs;
    // PyTorch counts convolution, activation and pooling in one sequence.
    let index = 0;
    for (const [i, factor] of [1, 3, 6, 4, 4].entries()) {
      const options = { filters: factor * width, kernelSize: 3, stride: i === 0 ? 2 : 1, useBias: true };
      x = slot(conv(x, `features.${index}`, options), `features.${index + 1}`, 0);
      index += 2;
      if (i !== 2 && i !== 3) x = maxPool(x, `features.${index++}`);
    }
    x = flatten(x, "flatten");
    x = slot(dense(x, "classifier.0", hidden), "classifier.1", 1);
    x = slot(dense(x, "classifier.2", hidden), "classifier.3", 1);
    return dense(x, "classifier.4", numClasses);
  });
}
