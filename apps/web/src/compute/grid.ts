import type { Problem } from "./problems.ts";

/** How far the playground's pictures reach: beyond the points, which lie in [-1, 1]. */
export const REACH = 1.1;

/** Points of a side of the grid. */
export const GRID: Readonly<Record<Problem["kind"], number>> = { fit: 801, classify: 90 };

/** Where the pictures are computed: along the axis, or row by row from the top left. */
export function gridOf({ kind }: Pick<Problem, "kind">): Float32Array {
  const size = GRID[kind];
  const at = (i: number): number => REACH * ((2 * i) / (size - 1) - 1);
  if (kind === "fit") return Float32Array.from({ length: size }, (_, i) => at(i));
  const points = new Float32Array(2 * size * size);
  for (let i = 0; i < size * size; i++) points.set([at(i % size), -at(Math.floor(i / size))], 2 * i);
  return points;
}
