import type { LayersModel } from "@tensorflow/tfjs-layers";
import { build } from "../build/build.ts";
import { conv, dense, flatten, maxPool } from "../build/layers.ts";
import type { NetworkConfig } from "../build/network.ts";

/** Configuration of {@link leNet}. Its stages are its four slots. */
export interface LeNetConfig extends NetworkConfig {
  /**
   * Channels of the first convolution; the second has 8/3 times as many.
   *
   * @defaultValue 6
   */
  readonly width?: number;
}

/**
 * LeNet as in the authors' code: two 5x5 convolutions without padding, a slot and max pooling by 2 after each; dense layers
 * of 120 and 84 units with a slot each. Takes 28x28 and 32x32 images alike. Weights start as `"pytorch"`.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 * @see LeCun, Bottou, Bengio, Haffner: "Gradient-based learning applied to document recognition" (1998); `SparseLeNet`
 * with `sparse_func='vol'` of the authors' code
 */
export function leNet(config: LeNetConfig): LayersModel {
  const { numClasses, width = 6 } = config;
  const stages = ["conv1", "conv2", "fc1", "fc2"] as const;
  const plan = { name: "lenet", config: { ...config, width }, stages, initialiser: "pytorch" } as const;
  return build(plan, (inputs, slot) => {
    let x = inputs;
    for (const [i, filters] of [width, Math.round((8 * width) / 3)].entries()) {
      x = conv(x, `conv${i + 1}`, { filters, kernelSize: 5, padding: 0, useBias: true });
      x = maxPool(slot(x, `sparse${i + 1}`, i), `pool${i + 1}`);
    }
    x = flatten(x, "flatten");
    x = slot(dense(x, "fc1", 120), "sparse3", 2);
    x = slot(dense(x, "fc2", 84), "sparse4", 3);
    return dense(x, "fc3", numClasses);
  });
}
