import { activationLayer } from "@kwta/op";
import { input, layers, model, type LayersModel } from "@tensorflow/tfjs-layers";
import { checkNetwork, inputErrors } from "./_checks.ts";
import { initialise } from "./_initialise.ts";
import { apply, batchNorm, conv, dense } from "./_layers.ts";
import type { NetworkConfig } from "./network.ts";

/** Configuration of {@link smallCnn}. */
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
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 */
export function smallCnn(config: SmallCnnConfig): LayersModel {
  const { inputShape, numClasses, activation, width = 16, seed = 0 } = config;
  checkNetwork({ ...config, width });
  return inputErrors(() => {
    const inputs = input({ shape: [...inputShape], name: "input" });
    let x = inputs;
    [width, width, 2 * width, 2 * width].forEach((filters, i) => {
      x = conv(x, `conv${i + 1}`, { filters, kernelSize: 3, stride: 1 + (i % 2) });
      x = batchNorm(x, `bn${i + 1}`);
      x = apply(x, activationLayer(activation, { name: `act${i + 1}` }));
    });
    x = apply(x, layers.flatten({ name: "flatten" }));
    x = batchNorm(dense(x, "hidden", 4 * width, false), "bn5");
    x = apply(x, activationLayer(activation, { name: "act5" }));
    const net = model({ inputs, outputs: dense(x, "linear", numClasses, true), name: "small-cnn" });
    initialise(net, seed);
    return net;
  });
}
