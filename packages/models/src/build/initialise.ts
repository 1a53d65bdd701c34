import { keyedRandom, lookUp, type KeyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Initialiser } from "./network.ts";

/** Fills `values` of a weight of a layer with this kernel. */
type Fill = (random: KeyedRandom, values: Float32Array, kernel: readonly number[]) => unknown;

const heFanOut: Fill = (random, values, kernel) =>
  random.normal(values, 0, Math.sqrt(2 / (product(kernel.slice(0, -2)) * kernel.at(-1)!)));
const fanInUniform: Fill = (random, values, kernel) => {
  const bound = 1 / Math.sqrt(fanIn(kernel));
  return random.uniform(values, -bound, bound);
};
const fanInNormal: Fill = (random, values, kernel) => random.normal(values, 0, 1 / Math.sqrt(fanIn(kernel)));
const zeros: Fill = (_, values) => values.fill(0);

const INITIALISERS: Readonly<Record<Initialiser, { Conv2D: Fill; Dense: Fill; bias: Fill }>> = {
  "he-fan-out": { Conv2D: heFanOut, Dense: fanInUniform, bias: fanInUniform },
  pytorch: { Conv2D: fanInUniform, Dense: fanInUniform, bias: fanInUniform },
  "wide-resnet": { Conv2D: heFanOut, Dense: fanInUniform, bias: zeros },
  normal: { Conv2D: fanInNormal, Dense: fanInNormal, bias: zeros },
  zeros: { Conv2D: zeros, Dense: zeros, bias: zeros },
};

/**
 * Gives a new model its initial weights. Each depends on the seed and its own name alone, so it is the same on every
 * backend and whatever else the model holds.
 *
 * @see He, Zhang, Ren, Sun: "Delving deep into rectifiers" (ICCV 2015) for `he-fan-out`
 */
export function initialise(model: LayersModel, initialiser: Initialiser, seed: number): void {
  const fills = lookUp("initialiser", initialiser, INITIALISERS);
  // As the layers are built.
  if (initialiser === "zeros") return;
  for (const layer of model.layers) {
    const kind = layer.getClassName();
    if (kind !== "Conv2D" && kind !== "Dense") continue;
    const kernel = layer.weights[0]!.shape as number[];
    for (const [i, weight] of layer.weights.entries()) {
      const shape = weight.shape as number[];
      const values = new Float32Array(product(shape));
      fills[i === 0 ? kind : "bias"](keyedRandom(seed, "init", weight.originalName), values, kernel);
      tf.tidy(() => {
        weight.write(tf.tensor(values, shape));
      });
    }
  }
}

/** Inputs of one output, of a kernel [..., inputs, outputs]. */
function fanIn(kernel: readonly number[]): number {
  return product(kernel.slice(0, -1));
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}
