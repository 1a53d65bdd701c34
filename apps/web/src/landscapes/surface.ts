import { LANDSCAPE } from "./landscape-size.ts";

/** From where a surface is looked at: turned about its height, and tilted, in radians. */
export interface Camera {
  readonly turn: number;
  readonly tilt: number;
}

/** What is drawn: heights in [0, 1], and a path over them. */
export interface Scene {
  readonly heights: ArrayLike<number>;
  /** Colour of the highest places, and of the lowest: `[r, g, b]`. */
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly ink: string;
  /** The attack's points: along both directions from -1 to 1, and their height. The last one shown is the ball. */
  readonly path: readonly (readonly [a: number, b: number, height: number])[];
}

/**
 * Draws a surface, the farthest piece first. A canvas in two dimensions is enough for a thousand pieces, and is there where
 * WebGL is not.
 */
export function drawSurface(
  canvas: HTMLCanvasElement,
  { heights, high, low, ink, path }: Scene,
  camera: Camera,
  frame: Frame,
): void {
  const width = Math.round((canvas.clientWidth || 400) * Math.min(2, devicePixelRatio));
  const height = Math.round(width / 1.5);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d")!;
  context.clearRect(0, 0, width, height);
  const view = projector(camera, frame, width, height);
  const at = (row: number, column: number): readonly [number, number] =>
    view(along(row), along(column), heights[row * LANDSCAPE + column]!);
  context.lineWidth = width / 900;
  for (const [row, column] of farToNear(camera)) {
    const corners = [at(row, column), at(row + 1, column), at(row + 1, column + 1), at(row, column + 1)];
    const level = heights[row * LANDSCAPE + column]!;
    const slope = heights[(row + 1) * LANDSCAPE + column]! - heights[row * LANDSCAPE + column + 1]!;
    const light = 1 - 0.45 * Math.max(-0.6, Math.min(1, 2.5 * slope));
    const colour = `rgb(${low.map((from, c) => Math.min(255, light * (from + level * (high[c]! - from)))).join(" ")})`;
    context.fillStyle = context.strokeStyle = colour;
    context.beginPath();
    for (const [x, y] of corners) context.lineTo(x, y);
    context.closePath();
    context.fill();
    context.stroke();
  }
  drawPath(
    context,
    path.map(([a, b, z]) => view(a, b, z)),
    ink,
    width,
  );
}

function drawPath(
  context: CanvasRenderingContext2D,
  points: readonly (readonly [number, number])[],
  ink: string,
  width: number,
): void {
  const last = points.at(-1);
  if (!last) return;
  context.strokeStyle = context.fillStyle = ink;
  context.lineWidth = width / 300;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
  context.beginPath();
  context.arc(last[0], last[1], width / 70, 0, 2 * Math.PI);
  context.fill();
}

/** The place of a row or column, from -1 to 1. */
function along(i: number): number {
  return (2 * i) / (LANDSCAPE - 1) - 1;
}

/** How far up and down surfaces reach, as they are looked at. */
export interface Frame {
  readonly top: number;
  readonly bottom: number;
}

/** What holds all of these surfaces: drawn in one frame they have one scale, and no room is wasted above them. */
export function frameOf(surfaces: readonly ArrayLike<number>[], camera: Camera): Frame {
  let [top, bottom] = [Infinity, -Infinity];
  for (const heights of surfaces) {
    for (let i = 0; i < heights.length; i++) {
      const [, y] = turned(camera, along(Math.floor(i / LANDSCAPE)), along(i % LANDSCAPE), heights[i]!);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return { top, bottom };
}

/** Where a place is seen, right and down from the middle. */
function turned({ turn, tilt }: Camera, a: number, b: number, z: number): readonly [x: number, y: number] {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return [a * cos - b * sin, (a * sin + b * cos) * Math.sin(tilt) - 1.1 * z * Math.cos(tilt)];
}

function projector(camera: Camera, { top, bottom }: Frame, width: number, height: number) {
  const scale = Math.min(width / 3, (0.92 * height) / (bottom - top));
  return (a: number, b: number, z: number): readonly [number, number] => {
    const [x, y] = turned(camera, a, b, z);
    return [width / 2 + scale * x, height / 2 + scale * (y - (top + bottom) / 2)];
  };
}

/** The pieces in the order in which they hide one another: the depth of a place is a sin + b cos. */
function farToNear({ turn }: Camera): (readonly [row: number, column: number])[] {
  const order = (ascending: boolean): number[] =>
    Array.from({ length: LANDSCAPE - 1 }, (_, i) => (ascending ? i : LANDSCAPE - 2 - i));
  const [rows, columns] = [order(Math.sin(turn) >= 0), order(Math.cos(turn) >= 0)];
  return rows.flatMap((row) => columns.map((column) => [row, column] as const));
}
