import type { LayersModel } from "@tensorflow/tfjs-layers";
import { build } from "../build/build.ts";
import { dense, flatten } from "../build/layers.ts";
import type { NetworkConfig } from "../build/network.ts";

/** Configuration of {@link mnistDnn}. Its stages are its two hidden layers. */
export interface MnistDnnConfig extends NetworkConfig {
  /**
   * Units of the two hidden layers. The paper's runs have 1,000 to 20,000.
   *
   * @defaultValue 20000
   */
  readonly width?: number;
}

/**
 * The k-WTA paper's fully connected net for MNIST, 784-h-h-10, a slot after each hidden layer. Weights start as `"normal"`:
 * N(0, 1 / fan-in), biases 0.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 * @see `SparseDNN` of the authors' code; biases of their ReLU net, `DNN`, start as N(0, 1), which is not followed, so that
 * both start alike
 */
export function mnistDnn(config: MnistDnnConfig): LayersModel {
  const { numClasses, width = 20000 } = config;
  const stages = ["hidden1", "hidden2"] as const;
  const plan = { name: "mnist-dnn", config: { ...config, width }, stages, initialiser: "normal" } as const;
  return build(plan, (inputs, slot) => {
    let x = flatten(inputs, "nn.0");
    x = slot(dense(x, "nn.1", width), "nn.2", 0);
    x = slot(dense(x, "nn.3", width), "nn.4", 1);
    return dense(x, "nn.5", numClasses);
  });
}
