/*
 * k-WTA and its gradient, word for word, for one sample. Slow on purpose: this is what it means, and every kernel and
 * composition of this package is held against it.
 */

/** One sample through k-WTA: the output, and the threshold, which is the k-th largest value. */
export interface ReferenceOutput {
  readonly y: number[];
  readonly threshold: number;
}

/** The k largest values stay, and all that equal the k-th largest; the others become 0. A NaN makes all of them NaN. */
export function referenceKwta(x: readonly number[], k: number): ReferenceOutput {
  const threshold = x.some(Number.isNaN) ? NaN : [...x].sort((a, b) => compare(b, a))[k - 1]!;
  return { y: select(x, x, threshold), threshold };
}

/** How the gradient is passed back: see `parseBackward`. */
export type ReferenceBackward =
  | "exact"
  | "straight-through"
  | "relu"
  | { readonly gate: number }
  | { readonly softTopK: number };

/** The gradient for x, given dy, that for y. */
export function referenceKwtaGradient(
  dy: readonly number[],
  x: readonly number[],
  k: number,
  backward: ReferenceBackward = "exact",
): number[] {
  const { threshold } = referenceKwta(x, k);
  if (Number.isNaN(threshold)) return x.map(() => NaN);
  if (backward === "straight-through") return [...dy];
  if (backward === "relu") return dy.map((d, i) => (x[i]! > 0 ? d : 0));
  if (backward === "exact") return select(dy, x, threshold);
  const scale = ("gate" in backward ? backward.gate : backward.softTopK) * deviation(x);
  if (!(scale > 0 && scale < Infinity)) return select(dy, x, threshold);
  if ("softTopK" in backward) return softTopKGradient(dy, x, k, scale);
  // The derivative of v * sigmoid((v - t) / scale), with t and the scale held.
  return x.map((v, i) => {
    const gate = 1 / (1 + Math.exp((threshold - v) / scale));
    return dy[i]! * (gate + (v / scale) * gate * (1 - gate));
  });
}

/** Soft winners, `sigmoid((v - r) / scale)` with the r that makes their sum k. */
export function referenceSoftWinners(x: readonly number[], k: number, scale: number): number[] {
  const winners = (r: number): number[] => x.map((v) => 1 / (1 + Math.exp((r - v) / scale)));
  let [low, high] = [Math.min(...x) - 800 * scale, Math.max(...x) + 800 * scale];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (winners(middle).reduce((a, b) => a + b, 0) > k) low = middle;
    else high = middle;
  }
  return winners(low);
}

/** The derivative of `v * winner`, where r moves with all values so that the sum stays k, and the scale is held. */
function softTopKGradient(dy: readonly number[], x: readonly number[], k: number, scale: number): number[] {
  if (k === x.length) return [...dy];
  const winners = referenceSoftWinners(x, k, scale);
  const slopes = winners.map((m) => (m * (1 - m)) / scale);
  const sum = slopes.reduce((a, b) => a + b, 0);
  // dr/dv_i = slope_i / sum, and r falls in every winner.
  const common = x.reduce((total, v, j) => total + dy[j]! * v * slopes[j]!, 0) / sum;
  return x.map((v, i) => dy[i]! * winners[i]! + slopes[i]! * (dy[i]! * v - common));
}

function select(values: readonly number[], x: readonly number[], threshold: number): number[] {
  return values.map((value, i) => (Number.isNaN(threshold) ? NaN : x[i]! >= threshold ? value : 0));
}

/** Infinities are equal to themselves, though their difference is not 0. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** Of the differences to the first value, so that equal values have exactly no deviation. */
function deviation(x: readonly number[]): number {
  const offsets = x.map((v) => v - x[0]!);
  const mean = offsets.reduce((a, b) => a + b, 0) / x.length;
  return Math.sqrt(offsets.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length);
}
