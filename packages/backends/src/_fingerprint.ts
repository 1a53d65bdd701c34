/**
 * `length` different numbers in (-1, 1), exact in 32 bits: what the self-check computes with.
 *
 * @param stream each whole number from 0 gives other ones
 */
export function pattern(length: number, stream: number): Float32Array {
  // 769 generates the numbers modulo the prime 2027; the denominator is a power of two.
  return Float32Array.from({ length }, (_, i) => ((((i + 1) * 769 + stream * 353) % 2027) - 1013) / 1024);
}

/** Four weighted sums of a tensor's values, then the sum of their sizes. */
export type Fingerprint = readonly number[];

/** Any wrong value changes the sums. */
export function fingerprint(values: ArrayLike<number>): Fingerprint {
  const sums = [20, 21, 22, 23].map((stream) => {
    const weights = pattern(values.length, stream);
    return weights.reduce((sum, weight, i) => sum + weight * values[i]!, 0);
  });
  return [...sums, Array.from(values).reduce((sum, value) => sum + Math.abs(value), 0)];
}

/** The largest difference of two fingerprints as a fraction of the sum of sizes. */
export function fingerprintError(actual: Fingerprint, expected: Fingerprint): number {
  const differences = expected.map((value, i) => Math.abs(actual[i]! - value));
  return Math.max(...differences) / expected.at(-1)!;
}
