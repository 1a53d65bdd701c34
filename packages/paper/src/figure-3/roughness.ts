import type { Measured } from "../shared/measured.ts";

/**
 * How rough a line of equally spaced points is: the mean distance of a point from the mean of its two neighbours, over the mean
 * change from one point to the next. Both are of the same line, so its scale does not matter: near 0 for any line that is smooth at
 * this spacing, 0.87 for independent noise, and about as much for a line of many jumps. A slope that outweighs them lowers it.
 */
export function roughness(values: readonly Measured[]): number {
  const finite = values.filter((value) => value !== null);
  const bends = finite.slice(2).map((value, i) => Math.abs(finite[i + 1]! - (finite[i]! + value) / 2));
  const changes = finite.slice(1).map((value, i) => Math.abs(value - finite[i]!));
  const change = mean(changes);
  return change > 0 ? mean(bends) / change : 0;
}

/** The largest change from one point to the next, as a share of the range: near 1 for a jump, small for a smooth line. */
export function largestJump(values: readonly Measured[]): number {
  const finite = values.filter((value) => value !== null);
  const range = Math.max(...finite) - Math.min(...finite);
  const changes = finite.slice(1).map((value, i) => Math.abs(value - finite[i]!));
  return range > 0 ? Math.max(...changes) / range : 0;
}

/** @see {@link roughness} */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}
