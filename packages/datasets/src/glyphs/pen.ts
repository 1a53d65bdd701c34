import { drawSegment } from "./draw-segment.ts";
import { DIGIT_STROKES, type Stroke } from "./strokes.ts";

/** The next number of a sample's stream, uniform in [0, 1). */
export type Draw = () => number;

/** How far the handwriting strays, in pixels or as a share; see {@link handwriting}. */
export interface Handwriting {
  /** Largest tangent of half the rotation angle. */
  readonly rotation: number;
  readonly shear: number;
  /** Height of a glyph as a share of the image. */
  readonly height: readonly [least: number, most: number];
  /** Width of the glyph box over its height. */
  readonly aspect: readonly [least: number, most: number];
  /** How much of the free room around the glyph it moves in. */
  readonly spread: number;
  /** Largest displacement of a point, as a share of the glyph box. */
  readonly jitter: number;
  /** Half the thickness of the line, in 28ths of the image. */
  readonly radius: readonly [least: number, most: number];
}

/** `difficulty` 0 is neat printing in the middle of the image, 1 a scrawl. */
export function handwriting(difficulty: number): Handwriting {
  const mix = (easy: number, hard: number) => easy + (hard - easy) * difficulty;
  return {
    rotation: mix(0.02, 0.46),
    shear: mix(0.02, 0.64),
    height: [mix(0.76, 0.22), mix(0.8, 0.54)],
    aspect: [mix(0.68, 0.55), mix(0.72, 1.15)],
    spread: Math.min(1, 2 * difficulty),
    jitter: mix(0.01, 0.12),
    radius: [mix(1.6, 1.2), mix(1.8, 2.4)],
  };
}

/** Writes one digit, warped by its own random numbers, into a grid of coverages. */
export function writeDigit(ink: Float32Array, size: number, digit: number, style: Handwriting, draw: Draw): void {
  const forms = DIGIT_STROKES[digit]!;
  const form = forms[Math.floor(draw() * forms.length)]!;
  const lines = form.map((stroke) => flatten(jittered(stroke, style.jitter, draw)));
  const height = between(style.height, draw);
  // A thick pen would fill the loops of a small glyph.
  const radius = size * Math.min(between(style.radius, draw) / 28, THICKEST * height);
  place(lines, size, height, radius, style, draw);
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) drawSegment(ink, size, line[i - 1]!, line[i]!, radius);
  }
}

/** Largest radius of the pen as a share of the glyph's height. */
const THICKEST = 0.1;

function between([least, most]: readonly [number, number], draw: Draw): number {
  return least + (most - least) * draw();
}

function jittered(stroke: Stroke, jitter: number, draw: Draw): Stroke {
  const shift = () => jitter * (2 * draw() - 1);
  return { curved: stroke.curved, points: stroke.points.map(([x, y]) => [x + shift(), y + shift()]) };
}

type Line = [x: number, y: number][];

/** The corners of a straight stroke, or a fine polyline along a curved one (Catmull-Rom). */
function flatten({ curved, points }: Stroke): Line {
  if (!curved) return points.map(([x, y]) => [x, y]);
  const line: Line = [[...points[0]!]];
  const last = points.length - 1;
  for (let i = 0; i < last; i++) {
    const [p, q, r, s] = [points[Math.max(0, i - 1)]!, points[i]!, points[i + 1]!, points[Math.min(last, i + 2)]!];
    for (let step = 1; step <= CURVE_STEPS; step++) {
      const t = step / CURVE_STEPS;
      line.push([catmullRom(p[0], q[0], r[0], s[0], t), catmullRom(p[1], q[1], r[1], s[1], t)]);
    }
  }
  return line;
}

const CURVE_STEPS = 4;

function catmullRom(p: number, q: number, r: number, s: number, t: number): number {
  return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
}

/**
 * Turns, shears and scales the lines, then moves them to a random place where they fit the image. Nothing but exactly
 * rounded operations is used (no sine), so that every JavaScript engine draws the same bytes.
 */
function place(
  lines: readonly Line[],
  size: number,
  height: number,
  radius: number,
  style: Handwriting,
  draw: Draw,
): void {
  const half = style.rotation * (2 * draw() - 1);
  const cosine = (1 - half * half) / (1 + half * half);
  const sine = (2 * half) / (1 + half * half);
  const shear = style.shear * (2 * draw() - 1);
  const width = height * between(style.aspect, draw);
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const point of lines.flat()) {
    const x = width * (point[0] - 0.5) - shear * height * (point[1] - 0.5);
    const y = height * (point[1] - 0.5);
    point[0] = size * (cosine * x - sine * y);
    point[1] = size * (sine * x + cosine * y);
    box.left = Math.min(box.left, point[0]);
    box.right = Math.max(box.right, point[0]);
    box.top = Math.min(box.top, point[1]);
    box.bottom = Math.max(box.bottom, point[1]);
  }
  const margin = radius + 1;
  // A warp may make a glyph larger than the image; then it is shrunk to fit.
  const shrink = Math.min(1, (size - 2 * margin) / Math.max(box.right - box.left, box.bottom - box.top));
  const start = (low: number, high: number) => {
    const room = size - 2 * margin - shrink * (high - low);
    return margin + room * (0.5 + style.spread * (draw() - 0.5)) - shrink * low;
  };
  const left = start(box.left, box.right);
  const top = start(box.top, box.bottom);
  for (const point of lines.flat()) {
    point[0] = left + shrink * point[0];
    point[1] = top + shrink * point[1];
  }
}
