import { referenceKwta } from "../src/reference.ts";

/** The reference on 32-bit floats. */
export function sortedKwta(x: Float32Array, k: number): { y: Float32Array; threshold: number } {
  const { y, threshold } = referenceKwta([...x], k);
  return { y: Float32Array.from(y), threshold };
}

/** Bits for comparison, so that -0 differs from 0; every NaN counts as the same. */
export function bitPatterns(values: ArrayLike<number>): number[] {
  const floats = Float32Array.from(values, (value) => (Number.isNaN(value) ? NaN : value));
  return [...new Int32Array(floats.buffer)];
}
