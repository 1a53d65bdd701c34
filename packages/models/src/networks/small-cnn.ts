import type { LayersModel } from "@tensorflow/tfjs-layers";
import { build } from "../build/build.ts";
import { batchNorm, conv, dense, flatten } from "../build/layers.ts";
import type { NetworkConfig } from "../build/network.ts";

/** Configuration of {@link smallCnn}. Its stages are `conv` and `dense`. */
export interface SmallCnnConfig extends NetworkConfig {
  /**
   * Channels of the first two convolutions; the next two have twice as many, the dense layer four times.
   *
   * @defaultValue 16
   */
  readonly width?: number;
}

/**
 * A small convolutional net: four 3x3 convolutions with strides 1, 2, 1, 2, a dense layer, and the logits. After each of
 * the five stand batch norm and an activation slot. With width 16 it has channels 16, 16, 32, 32 and 64 dense units.
 * Weights start as `"he-fan-out"`.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 */
export function smallCnn(config: SmallCnnConfig): LayersModel {
  const { numClasses, width = 16 } = config;
  const stages = ["conv", "dense"] as const;
  const plan = { name: "small-cnn", config: { ...config, width }, stages, initialiser: "he-fan-out" } as const;
  return build(plan, (inputs, slot) => {
    let x = inputs;
    for (const [i, filters] of [width, width, 2 * width, 2 * width].entries()) {
      x = batchNorm(conv(x, `conv${i + 1}`, { filters, kernelSize: 3, stride: 1 + (i % 2) }), `bn${i + 1}`);
      x = slot(x, `act${i + 1}`, 0);
    }
    x = batchNorm(dense(flatten(x, "flatten"), "hidden", 4 * width, false), "bn5");
    return dense(slot(x, "act5", 1), "linear", numClasses);
  });
}
