/** k-WTA of one sample by a sort: the definition, word for word, that everything is compared with. */
export function sortedKwta(x: Float32Array, k: number): { y: Float32Array; threshold: number } {
  if (x.some(Number.isNaN)) return { y: new Float32Array(x.length).fill(NaN), threshold: NaN };
  const threshold = [...x].sort((a, b) => (a === b ? 0 : b - a))[k - 1]!;
  return { y: x.map((value) => (value >= threshold ? value : 0)), threshold };
}

/** Bits for comparison, so that -0 differs from 0; every NaN counts as the same. */
export function bitPatterns(values: ArrayLike<number>): number[] {
  const floats = Float32Array.from(values, (value) => (Number.isNaN(value) ? NaN : value));
  return [...new Int32Array(floats.buffer)];
}
