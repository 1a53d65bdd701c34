/** How far the playground's pictures reach: beyond the points, which lie in [-1, 1]. */
export const REACH = 1.1;

/** Points of a side of the grid on which classes are shown. */
export const GRID = 90;

/** Where classes are computed: row by row from the top left. */
export function gridOf(): Float32Array {
  const at = (i: number): number => REACH * ((2 * i) / (GRID - 1) - 1);
  const points = new Float32Array(2 * GRID * GRID);
  for (let i = 0; i < GRID * GRID; i++) points.set([at(i % GRID), -at(Math.floor(i / GRID))], 2 * i);
  return points;
}
