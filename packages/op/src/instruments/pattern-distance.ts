import { inputError } from "../shared/errors.ts";
import type { ActivationPatterns, LayerPattern } from "./activation-patterns.ts";

/**
 * The Hamming distance between the activation patterns of two inputs: how many units, over all layers, win at one of them
 * only.
 *
 * @param a patterns of a model
 * @param i a sample of `a`
 * @param b patterns of the same layers, or `a` itself
 * @param j a sample of `b`
 * @throws Error when the layers differ or a sample does not exist
 *
 * @example
 * ```ts
 * const clean = await activationPatterns(model, images);
 * const adversarial = await activationPatterns(model, adversarialImages);
 * const distances = labels.map((_, i) => patternDistance(clean, i, adversarial, i));
 * ```
 */
export function patternDistance(a: ActivationPatterns, i: number, b: ActivationPatterns, j: number): number {
  checkSample(a, i);
  checkSample(b, j);
  if (a.layers.length !== b.layers.length) {
    throw inputError(
      `Patterns of ${a.layers.length} and of ${b.layers.length} layers cannot be compared. Take both from one model.`,
    );
  }
  return a.layers.reduce((sum, layer, l) => sum + layerDistance(layer, i, b.layers[l]!, j), 0);
}

function layerDistance(a: LayerPattern, i: number, b: LayerPattern, j: number): number {
  if (a.units !== b.units) {
    throw inputError(
      `Layer ${JSON.stringify(a.name)} has ${a.units} units and ${JSON.stringify(b.name)} has ${b.units}. ` +
        "Take both patterns from one model.",
    );
  }
  const words = a.stride / 4;
  const left = new Uint32Array(a.bits.buffer, a.bits.byteOffset + i * a.stride, words);
  const right = new Uint32Array(b.bits.buffer, b.bits.byteOffset + j * b.stride, words);
  let count = 0;
  for (let w = 0; w < words; w++) count += ones(left[w]! ^ right[w]!);
  return count;
}

/** How many of 32 bits are set: sums of 2, of 4, of 8 neighbours, then all. */
function ones(bits: number): number {
  bits -= (bits >>> 1) & 0x55555555;
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function checkSample({ samples }: ActivationPatterns, sample: number): void {
  if (Number.isInteger(sample) && sample >= 0 && sample < samples) return;
  throw inputError(`There is no sample ${sample}; these are patterns at ${samples} samples, counted from 0.`);
}
