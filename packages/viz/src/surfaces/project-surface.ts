/** Heights over a rectangular grid. */
export interface SurfaceGrid {
  /** Increasing; at least two. */
  readonly x: readonly number[];
  /** Increasing; at least two. */
  readonly y: readonly number[];
  /** `z[i][j]` is the height at `y[i]` and `x[j]`; what is not finite, or `null`, leaves a hole. */
  readonly z: readonly (readonly (number | null)[])[];
}

/** From where a surface is seen. */
export interface SurfaceView {
  /**
   * Degrees by which the camera is turned around the vertical axis, counterclockwise from x.
   *
   * @defaultValue `-60`
   */
  readonly azimuth?: number;
  /**
   * Degrees by which the camera stands above the ground, from 0 to 90.
   *
   * @defaultValue `32`
   */
  readonly elevation?: number;
  /**
   * Heights at the bottom and the top of the box.
   *
   * @defaultValue from the lowest to the highest point
   */
  readonly domain?: readonly [low: number, high: number];
  /**
   * Height of the box; its ground is a square of side 1.
   *
   * @defaultValue `0.7`
   */
  readonly height?: number;
}

/** One cell of the grid as the camera sees it. */
export interface SurfacePolygon {
  /** Corners, in units of the ground's side: to the right, and upwards. */
  readonly corners: readonly (readonly [right: number, up: number])[];
  /** Mean of the four values, from 0 at the bottom of the domain to 1 at its top. */
  readonly level: number;
  /** How directly the light from the upper left falls on the cell, from 0 to 1. */
  readonly light: number;
  /** How near its ground is to the camera; the centre of the ground is 0. */
  readonly depth: number;
  /** Where the cell stands in the grid. */
  readonly row: number;
  readonly column: number;
}

/** Where the camera sees the point (x, y, z) of the box `[-1/2, 1/2] x [-1/2, 1/2] x [-height/2, height/2]`. */
export type Projection = (x: number, y: number, z: number) => [right: number, up: number];

/** What {@link projectSurface} sees. */
export interface ProjectedSurface {
  /** From the farthest to the nearest: drawn in this order, near cells cover far ones. */
  readonly polygons: readonly SurfacePolygon[];
  /** Cells that are left out because a corner is not finite. */
  readonly holes: number;
  readonly domain: readonly [low: number, high: number];
  readonly project: Projection;
}

/**
 * A surface as polygons, seen from far away (no perspective).
 *
 * With the camera at azimuth a and elevation e, the point p has the place (p·r, p·u) in the picture, where
 * r = (-sin a, cos a, 0) and u = (-sin e cos a, -sin e sin a, cos e). Whatever the heights, a cell can only cover cells
 * that lie behind it on the ground, so sorting by the ground alone is exact.
 *
 * @throws TypeError when the grid is smaller than 2 x 2 or has rows of another length
 */
export function projectSurface(grid: SurfaceGrid, view: SurfaceView = {}): ProjectedSurface {
  checkGrid(grid);
  const { azimuth = -60, elevation = 32, domain = heightsOf(grid), height = 0.7 } = view;
  const project = camera(azimuth, elevation);
  const [xs, ys] = [centred(grid.x), centred(grid.y)];
  const [low, high] = domain;
  const span = high > low ? high - low : 1;
  const polygons: SurfacePolygon[] = [];
  const [toX, toY] = [cos(azimuth), sin(azimuth)];
  for (let i = 0; i + 1 < ys.length; i++) {
    for (let j = 0; j + 1 < xs.length; j++) {
      const around = [grid.z[i]![j], grid.z[i]![j + 1], grid.z[i + 1]![j + 1], grid.z[i + 1]![j]];
      if (!around.every((value) => typeof value === "number" && Number.isFinite(value))) continue;
      const levels = (around as number[]).map((value) => (value - low) / span);
      const z = levels.map((level) => (Math.min(1, Math.max(0, level)) - 0.5) * height);
      const [x0, x1, y0, y1] = [xs[j]!, xs[j + 1]!, ys[i]!, ys[i + 1]!];
      polygons.push({
        corners: [project(x0, y0, z[0]!), project(x1, y0, z[1]!), project(x1, y1, z[2]!), project(x0, y1, z[3]!)],
        level: (levels[0]! + levels[1]! + levels[2]! + levels[3]!) / 4,
        light: lightOn(z, x1 - x0, y1 - y0, azimuth),
        row: i,
        column: j,
        depth: ((x0 + x1) * toX + (y0 + y1) * toY) / 2,
      });
    }
  }
  // Ties by place, so that the order does not depend on rounding.
  polygons.sort((a, b) => a.depth - b.depth || a.row - b.row || a.column - b.column);
  const holes = (xs.length - 1) * (ys.length - 1) - polygons.length;
  return { polygons, holes, domain, project };
}

function camera(azimuth: number, elevation: number): Projection {
  const [ca, sa, ce, se] = [cos(azimuth), sin(azimuth), cos(elevation), sin(elevation)];
  return (x, y, z) => [-sa * x + ca * y, -se * ca * x - se * sa * y + ce * z];
}

/** Lambert's law for the mean plane of the cell, with the light at the upper left behind the camera. */
function lightOn(z: readonly number[], dx: number, dy: number, azimuth: number): number {
  const slopeX = (z[1]! + z[2]! - z[0]! - z[3]!) / (2 * dx);
  const slopeY = (z[2]! + z[3]! - z[0]! - z[1]!) / (2 * dy);
  const [x, y, up] = [cos(azimuth - 60) * cos(50), sin(azimuth - 60) * cos(50), sin(50)];
  return Math.max(0, (up - slopeX * x - slopeY * y) / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY));
}

/** The values moved and scaled to [-1/2, 1/2]. */
function centred(values: readonly number[]): number[] {
  const [low, high] = [values[0]!, values.at(-1)!];
  return values.map((value) => (value - low) / (high - low) - 0.5);
}

function heightsOf({ z }: SurfaceGrid): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of z.flat()) {
    if (value === null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 1];
}

function checkGrid({ x, y, z }: SurfaceGrid): void {
  const increasing = [x, y].every(
    (axis) => axis.length > 1 && axis.every((value, i) => Number.isFinite(value) && (i === 0 || value > axis[i - 1]!)),
  );
  if (!increasing) throw new TypeError("A surface needs at least two places in each direction, in increasing order.");
  if (z.length === y.length && z.every((row) => row.length === x.length)) return;
  throw new TypeError(`A surface over ${x.length} x ${y.length} places needs ${y.length} rows of ${x.length} heights.`);
}

/** In degrees, to ten decimals: processors may differ in the last bits. */
function cos(degrees: number): number {
  return Math.round(Math.cos((degrees * Math.PI) / 180) * 1e10) / 1e10;
}

function sin(degrees: number): number {
  return Math.round(Math.sin((degrees * Math.PI) / 180) * 1e10) / 1e10;
}
