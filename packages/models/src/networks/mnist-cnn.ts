import type { LayersModel } from "@tensorflow/tfjs-layers";
import { build } from "../build/build.ts";
import { conv, dense, flatten } from "../build/layers.ts";
import type { NetworkConfig } from "../build/network.ts";

/** Configuration of {@link mnistCnn}. Its stages are `conv` and `dense`. */
export interface MnistCnnConfig extends NetworkConfig {
  /**
   * Channels of the first two convolutions; the next two have twice as many. The paper has 32, 64 and 128.
   *
   * @defaultValue 32
   */
  readonly width?: number;
  /**
   * Units of the hidden dense layer.
   *
   * @defaultValue 20000, as in the paper
   */
  readonly hidden?: number;
}

/**
 * The k-WTA paper's convolutional net for MNIST: four 3x3 convolutions with bias and strides 1, 2, 1, 2, a wide hidden dense
 * layer, and a slot after each of the five. No batch norm. Weights start as `"pytorch"`.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 * @see `SparseMNIST_CNN` with `func='vol'` of the authors' code
 */
export function mnistCnn(config: MnistCnnConfig): LayersModel {
  const { numClasses, width = 32, hidden = 20000 } = config;
  const stages = ["conv", "dense"] as const;
  const plan = { name: "mnist-cnn", config: { ...config, width }, stages, initialiser: "pytorch" } as const;
  return build(plan, (inputs, slot) => {
    let x = inputs;
    for (const [i, filters] of [width, width, 2 * width, 2 * width].entries()) {
      x = conv(x, `cnn.${2 * i}`, { filters, kernelSize: 3, stride: 1 + (i % 2), useBias: true });
      x = slot(x, `cnn.${2 * i + 1}`, 0);
    }
    x = dense(flatten(x, "cnn.8"), "cnn.9", hidden);
    return dense(slot(x, "cnn.10", 1), "cnn.11", numClasses);
  });
}
