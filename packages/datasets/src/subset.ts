import { checkSeed, checkWhole, keyedRandom } from "@kwta/core";
import type { Split } from "./dataset.ts";

/**
 * `size` samples of a split, drawn at random with the classes in the proportions of the whole. They keep their ids. A
 * smaller subset of the same seed is the beginning of a larger one, so the first 100 samples of a subset are themselves a
 * fair one.
 *
 * Classes are apportioned by Webster's method: with the samples of class `c` in random order, the `r`-th of its `N_c`
 * (from 0) has place `(r + 1/2) / N_c`, and the subset takes the first places.
 *
 * @throws InputError when the split has fewer samples
 */
export function subset(split: Split, size: number, seed = 0): Split {
  checkWhole("The size of the subset", size, 1, split.size);
  checkSeed(seed);
  const chosen = stratifiedOrder(split, seed).subarray(0, size);
  const stride = split.shape[0] * split.shape[1] * split.shape[2];
  const images = new Uint8Array(size * stride);
  chosen.forEach((sample, i) => images.set(split.images.subarray(sample * stride, (sample + 1) * stride), i * stride));
  return {
    shape: split.shape,
    size,
    images,
    labels: Int32Array.from(chosen, (sample) => split.labels[sample]!),
    ids: Int32Array.from(chosen, (sample) => split.ids[sample]!),
  };
}

function stratifiedOrder(split: Split, seed: number): Uint32Array {
  const classes = 1 + split.labels.reduce((most, label) => Math.max(most, label), 0);
  const total = new Uint32Array(classes);
  for (const label of split.labels) total[label]!++;
  const order = keyedRandom(seed, "subset").permutation(split.size);
  const seen = new Uint32Array(classes);
  const place = new Float64Array(split.size);
  const turn = new Uint32Array(split.size);
  order.forEach((sample, i) => {
    const label = split.labels[sample]!;
    turn[sample] = i;
    place[sample] = (seen[label]!++ + 0.5) / total[label]!;
  });
  return order.sort((a, b) => place[a]! - place[b]! || turn[a]! - turn[b]!);
}
