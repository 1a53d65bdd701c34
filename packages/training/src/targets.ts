import { keyedRandom, type KeyedRandom } from "@kwta/core";
import type { Batch } from "@kwta/datasets";
import type { Extras } from "./extras.ts";

/** A batch with what the model should say of each image. */
export interface TargetedBatch extends Pick<Batch, "x" | "shape" | "labels" | "ids"> {
  /** Shares of the classes, [n, classes]. */
  readonly targets: Float32Array;
}

/** What {@link withTargets} depends on. */
interface TargetSettings {
  readonly numClasses: number;
  readonly seed: number;
  readonly step: number;
  readonly extras: Pick<Extras, "labelSmoothing" | "mixup" | "cutmix">;
}

/**
 * Mixes the images of a batch with one another if that is asked for, and writes down the targets. The label of a mixed
 * image is the class that has more of it. What is mixed depends on the seed and the step.
 */
export function withTargets(batch: Batch, { numClasses, seed, step, extras }: TargetSettings): TargetedBatch {
  const { labelSmoothing, mixup, cutmix } = extras;
  const targets = new Float32Array(batch.labels.length * numClasses).fill(labelSmoothing / numClasses);
  const add = (row: number, label: number, share: number): void => {
    targets[row * numClasses + label]! += share * (1 - labelSmoothing);
  };
  if (mixup === 0 && cutmix === 0) {
    for (const [row, label] of batch.labels.entries()) add(row, label, 1);
    return { ...batch, targets };
  }
  const random = keyedRandom(seed, "mix", step);
  const isCut = cutmix > 0 && (mixup === 0 || random.at(0) < 0.5);
  const drawn = beta(isCut ? cutmix : mixup, keyedRandom(seed, "mix share", step));
  const partners = random.permutation(batch.labels.length);
  const { x, share } = isCut
    ? cutMix(batch, partners, drawn, random)
    : { x: mix(batch, partners, drawn), share: drawn };
  const labels = batch.labels.map((own, row) => {
    const other = batch.labels[partners[row]!]!;
    add(row, own, share);
    add(row, other, 1 - share);
    return share >= 0.5 ? own : other;
  });
  return { ...batch, x, labels, targets };
}

/** @param share of each image's own */
function mix({ x, labels }: Batch, partners: Uint32Array, share: number): Float32Array {
  const stride = x.length / labels.length;
  return x.map((value, i) => {
    const from = partners[Math.floor(i / stride)]! * stride + (i % stride);
    return share * value + (1 - share) * x[from]!;
  });
}

/** A rectangle of 1 - share of the area, its middle anywhere; what lies outside is cut off, and the share follows. */
function cutMix(
  { x, shape: [n, height, width, channels] }: Batch,
  partners: Uint32Array,
  drawn: number,
  random: KeyedRandom,
): { x: Float32Array; share: number } {
  const [top, bottom] = span(height, drawn, random.at(1));
  const [left, right] = span(width, drawn, random.at(2));
  const mixed = x.slice();
  const stride = height * width * channels;
  for (let row = 0; row < n; row++) {
    for (let y = top; y < bottom; y++) {
      const at = (y * width + left) * channels;
      const from = partners[row]! * stride + at;
      mixed.set(x.subarray(from, from + (right - left) * channels), row * stride + at);
    }
  }
  return { x: mixed, share: 1 - ((bottom - top) * (right - left)) / (height * width) };
}

function span(size: number, share: number, uniform: number): [from: number, to: number] {
  const half = Math.floor((size * Math.sqrt(1 - share)) / 2);
  const middle = Math.floor(uniform * size);
  return [Math.max(0, middle - half), Math.min(size, middle + half)];
}

/** A number from Beta(alpha, alpha), by Jöhnk's method: for small alpha, and exact. */
export function beta(alpha: number, random: KeyedRandom): number {
  for (let i = 0; ; i += 2) {
    const a = random.at(i) ** (1 / alpha);
    const b = random.at(i + 1) ** (1 / alpha);
    if (a + b > 0 && a + b <= 1) return a / (a + b);
  }
}
