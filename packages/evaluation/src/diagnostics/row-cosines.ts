/**
 * The cosine between two lists of numbers, for each row of a batch: of what was said of it, and of what was seen.
 *
 * @param said one array for each question, with a number for each row
 * @param seen the same
 * @returns a cosine for each row; 0 where one of its lists is all zeros
 */
export function rowCosines(said: readonly Float32Array[], seen: readonly Float32Array[]): number[] {
  return Array.from(said[0] ?? [], (_, row) => cosine(columnOf(said, row), columnOf(seen, row)));
}

function columnOf(lists: readonly Float32Array[], row: number): number[] {
  return lists.map((list) => list[row]!);
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (u: readonly number[], v: readonly number[]): number => u.reduce((sum, each, i) => sum + each * v[i]!, 0);
  const size = Math.sqrt(dot(a, a) * dot(b, b));
  return size > 0 ? dot(a, b) / size : 0;
}
