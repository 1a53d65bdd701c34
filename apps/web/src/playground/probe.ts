import type { Pieces } from "../compute/pieces.ts";

/** What an attacker who stands on a point of the data is told, and what there is. */
export interface Probe {
  /** The point of the data nearest to where the attacker goes. */
  readonly from: number;
  /** The output there, if the slope at the point held all the way. */
  readonly promised: number;
  /** The output there. */
  readonly given: number;
  /** Units that win at one of the two and not at the other, and units that win at the point. */
  readonly changed: number;
  readonly winners: number;
}

/** @see {@link Probe} */
export function probe(pieces: Pieces, points: Float32Array, at: number): Probe {
  const from = points.reduce((best, x) => (Math.abs(x - at) < Math.abs(best - at) ? x : best));
  const [start, end] = [pieceAt(pieces, from), pieceAt(pieces, at)];
  const units = pieces.won.length / pieces.left.length;
  const wins = (index: number, unit: number): number => pieces.won[index * units + unit]!;
  const all = Array.from({ length: units }, (_, unit) => unit);
  return {
    from,
    promised: start.value + start.slope * (at - from),
    given: end.value,
    changed: all.filter((unit) => wins(start.index, unit) === 1 && wins(end.index, unit) === 0).length,
    winners: all.filter((unit) => wins(start.index, unit) === 1).length,
  };
}

/** The piece at an input: which one, and its line. */
export function pieceAt(
  { at, left, right }: Pieces,
  x: number,
): { readonly index: number; readonly value: number; readonly slope: number } {
  let [low, high] = [0, left.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (at[middle]! <= x) low = middle;
    else high = middle - 1;
  }
  const slope = (right[low]! - left[low]!) / (at[low + 1]! - at[low]!);
  return { index: low, value: left[low]! + slope * (x - at[low]!), slope };
}
