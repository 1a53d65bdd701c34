import { InputError, show } from "@kwta/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { build } from "../build/build.ts";
import { isPositiveInteger } from "../build/checks.ts";
import { dense, flatten } from "../build/layers.ts";
import type { ImageShape, NetworkConfig } from "../build/network.ts";

/** Configuration of {@link mlp}. Its stages are its hidden layers. */
export interface MlpConfig extends Omit<NetworkConfig, "inputShape"> {
  /** The length of a sample, or the shape of an image, which is flattened. */
  readonly inputShape: readonly [length: number] | ImageShape;
  /**
   * Units of the hidden layers, of which there may be any number.
   *
   * @defaultValue `[256, 256]`
   */
  readonly hidden?: readonly number[];
}

/**
 * A fully connected net on rows of numbers, a slot after each hidden layer. Weights start as `"normal"`: N(0, 1 / fan-in),
 * biases 0.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 * @see `DNN` in `othernets.py` of the authors' code for the layers; it starts with N(0, 1) whatever the fan-in, this one as
 * their nets for MNIST do
 */
export function mlp(config: MlpConfig): LayersModel {
  const { inputShape, numClasses, hidden = [256, 256] } = config;
  if (!hidden.every(isPositiveInteger)) {
    throw new InputError(`The hidden layers have ${show(hidden)} units; these must be whole numbers of at least 1.`);
  }
  const plan = {
    name: `mlp-${hidden.join("-")}`,
    config: { ...config, width: hidden[0] ?? 1 },
    stages: hidden.map((_, i) => `hidden${i + 1}`),
    initialiser: "normal",
    rows: true,
  } as const;
  return build(plan, (inputs, slot) => {
    let x = inputShape.length === 1 ? inputs : flatten(inputs, "flatten");
    for (const [i, units] of hidden.entries()) x = slot(dense(x, `nn.${2 * i}`, units), `nn.${2 * i + 1}`, i);
    return dense(x, `nn.${2 * hidden.length}`, numClasses);
  });
}
