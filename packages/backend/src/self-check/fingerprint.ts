/**
 * `length` different numbers in (-1, 1), exact in 32 bits: what the self-check computes with.
 *
 * @param stream each whole number from 0 gives other ones
 */
export function pattern(length: number, stream: number): Float32Array {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) values[i] = numberAt(i, stream);
  return values;
}

/** 769 generates the numbers modulo the prime 2027; the denominator is a power of two. */
function numberAt(i: number, stream: number): number {
  return ((((i + 1) * 769 + stream * 353) % 2027) - 1013) / 1024;
}

/** Four weighted sums of a tensor's values, then the sum of their sizes. */
export type Fingerprint = readonly number[];

/** Any wrong value changes the sums. */
export function fingerprint(values: ArrayLike<number>): Fingerprint {
  const sums = [20, 21, 22, 23].map((stream) => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += numberAt(i, stream) * values[i]!;
    return sum;
  });
  let sizes = 0;
  for (let i = 0; i < values.length; i++) sizes += Math.abs(values[i]!);
  return [...sums, sizes];
}

/** The largest difference of two fingerprints as a fraction of the sum of sizes. */
export function fingerprintError(actual: Fingerprint, expected: Fingerprint): number {
  const differences = expected.map((value, i) => Math.abs(actual[i]! - value));
  return Math.max(...differences) / expected.at(-1)!;
}
