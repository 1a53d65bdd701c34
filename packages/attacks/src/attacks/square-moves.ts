import type { KeyedRandom } from "@kwta/core";
import type { Bounds } from "../norms/bounds.ts";

/** One sample as Square sees it: `[height, width, channels]`, values in that order. */
export interface SquareImage {
  readonly clean: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly eps: number;
  readonly bounds: Bounds;
}

/** How Square searches in one norm. Both give a point that may lie outside of ball and box, to be projected. */
export interface SquareMoves {
  /** A first point. */
  start(image: SquareImage, draw: Draw): Float32Array;
  /** A point near the best one, which differs in a square of about this share of the image. */
  change(image: SquareImage, best: Float32Array, share: number, draw: Draw): Float32Array;
}

/** The next number of a stream, in [0, 1). */
export type Draw = () => number;

/** Numbers of a stream one by one. */
export function drawsFrom(random: KeyedRandom): Draw {
  let index = 0;
  return () => random.at(index++);
}

/** Stripes, then squares, of the colours of the ball's corners. */
export const cornerMoves: SquareMoves = {
  start({ clean, width, channels, eps }, draw) {
    const signs = Array.from({ length: width * channels }, () => sign(draw));
    return clean.map((value, i) => value + eps * signs[i % signs.length]!);
  },
  change(image, best, share, draw) {
    const { clean, channels, eps } = image;
    const side = sideOf(image, share, 1);
    const window = windowOf(image, side, draw);
    const signs = Array.from({ length: channels }, () => sign(draw));
    const next = best.slice();
    forEachIn(image, window, (at, channel) => (next[at] = clean[at]! + eps * signs[channel]!));
    return next;
  },
};

/** Bumps whose norm is moved from one square to another; `power` 2 for L2, 1 for L1. */
export function bumpMoves(power: 1 | 2): SquareMoves {
  const bump = (side: number, draw: Draw): Float32Array => makeBump(side, power, draw);
  return {
    start(image, draw) {
      const { clean, height, width, channels, eps } = image;
      const side = Math.max(1, Math.floor(Math.min(height, width) / 5));
      const delta = new Float32Array(clean.length);
      const first = (length: number): number => Math.floor((length % side) / 2);
      for (let top = first(height); top + side <= height; top += side) {
        for (let left = first(width); left + side <= width; left += side) {
          const shape = bump(side, draw);
          const signs = Array.from({ length: channels }, () => sign(draw));
          forEachIn(
            image,
            { top, left, side },
            (at, channel, place) => (delta[at]! += shape[place]! * signs[channel]!),
          );
        }
      }
      return addScaled(clean, delta, eps / Math.max(norm(delta, power), TINY));
    },
    change(image, best, share, draw) {
      const { clean, channels, eps } = image;
      const side = oddSide(image, share);
      const [to, from] = [windowOf(image, side, draw), windowOf(image, side, draw)];
      const delta = best.map((value, i) => value - clean[i]!);
      const whole = norm(delta, power);
      const room = Math.max(0, eps ** power - whole ** power) / channels;
      const shape = bump(side, draw);
      const added = blend(
        image,
        delta,
        to,
        shape,
        Array.from({ length: channels }, () => sign(draw)),
        power,
      );
      // What the two windows hold, and what is not used yet, goes into the first.
      const held = channelNorms(inEither(image, delta, to, from), channels, power);
      const sizes = held.map((each) => (room + each ** power) ** (1 / power) * (power === 1 ? channels : 1));
      forEachIn(image, from, (at) => (delta[at] = 0));
      forEachIn(image, to, (at, channel, place) => (delta[at] = sizes[channel]! * added[place * channels + channel]!));
      return power === 2 ? addScaled(clean, delta, eps / Math.max(norm(delta, 2), TINY)) : addScaled(clean, delta, 1);
    },
  };
}

interface Window {
  readonly top: number;
  readonly left: number;
  readonly side: number;
}

const TINY = 1e-12;

function sign(draw: Draw): 1 | -1 {
  return draw() < 0.5 ? -1 : 1;
}

function sideOf({ height, width }: SquareImage, share: number, least: number): number {
  const side = Math.max(Math.round(Math.sqrt(share * height * width)), least);
  return Math.min(side, height, width);
}

/** Bumps have a middle. */
function oddSide(image: SquareImage, share: number): number {
  const side = sideOf(image, share, 3);
  const odd = side % 2 === 0 ? side + 1 : side;
  return odd <= Math.min(image.height, image.width) ? odd : Math.max(1, odd - 2);
}

function windowOf({ height, width }: SquareImage, side: number, draw: Draw): Window {
  return { top: Math.floor(draw() * (height - side + 1)), left: Math.floor(draw() * (width - side + 1)), side };
}

/** Calls `f` with the position of each value of a window, its channel, and its place in the window. */
function forEachIn(
  { width, channels }: SquareImage,
  { top, left, side }: Window,
  f: (at: number, channel: number, place: number) => void,
): void {
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const start = ((top + row) * width + left + column) * channels;
      for (let channel = 0; channel < channels; channel++) f(start + channel, channel, row * side + column);
    }
  }
}

function norm(values: Float32Array, power: 1 | 2): number {
  let sum = 0;
  for (const value of values) sum += power === 2 ? value * value : Math.abs(value);
  return power === 2 ? Math.sqrt(sum) : sum;
}

function addScaled(clean: Float32Array, delta: Float32Array, scale: number): Float32Array {
  return clean.map((value, i) => value + scale * delta[i]!);
}

function inEither(image: SquareImage, delta: Float32Array, a: Window, b: Window): Float32Array {
  const kept = new Float32Array(delta.length);
  for (const window of [a, b]) forEachIn(image, window, (at) => (kept[at] = delta[at]!));
  return kept;
}

/** A bump and what the window held before, each of size 1 in every channel, added and brought to size 1 again. */
function blend(
  image: SquareImage,
  delta: Float32Array,
  window: Window,
  shape: Float32Array,
  signs: readonly number[],
  power: 1 | 2,
): Float32Array {
  const { channels } = image;
  const old = new Float32Array(shape.length * channels);
  forEachIn(image, window, (at, channel, place) => (old[place * channels + channel] = delta[at]!));
  const sizes = channelNorms(old, channels, power);
  const sum = old.map((value, i) => {
    const channel = i % channels;
    return value / (TINY + sizes[channel]!) + shape[Math.floor(i / channels)]! * signs[channel]!;
  });
  const total = channelNorms(sum, channels, power);
  return sum.map((value, i) => value / (TINY + total[i % channels]!));
}

function channelNorms(values: Float32Array, channels: number, power: 1 | 2): number[] {
  return Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let i = channel; i < values.length; i += channels) {
      sum += power === 2 ? values[i]! * values[i]! : Math.abs(values[i]!);
    }
    return power === 2 ? Math.sqrt(sum) : sum;
  });
}

/** Two mounds of opposite sign, side by side or one above the other, of size 1 together. */
function makeBump(side: number, power: 1 | 2, draw: Draw): Float32Array {
  const upper = Math.floor(side / 2);
  const bump = new Float32Array(side * side);
  bump.set(mound(upper, side, power));
  bump.set(
    mound(side - upper, side, power).map((value) => -value),
    upper * side,
  );
  const size = norm(bump, power);
  const isTurned = draw() < 0.5;
  return bump.map((_, i) => {
    const [row, column] = [Math.floor(i / side), i % side];
    return bump[isTurned ? column * side + row : i]! / size;
  });
}

/** Rectangles inside one another, the higher the smaller. */
function mound(height: number, width: number, power: 1 | 2): Float32Array {
  const values = new Float32Array(height * width);
  const [middleRow, middleColumn] = [Math.floor(height / 2), Math.floor(width / 2)];
  const rings = Math.max(middleRow, middleColumn) + 1;
  for (let ring = 0; ring < rings; ring++) {
    const weight = 1 / (ring + 1) ** (power === 2 ? 2 : 4);
    for (let row = Math.max(0, middleRow - ring); row < Math.min(height, middleRow + ring + 1); row++) {
      for (let column = Math.max(0, middleColumn - ring); column < Math.min(width, middleColumn + ring + 1); column++) {
        values[row * width + column]! += weight;
      }
    }
  }
  const size = norm(values, power);
  return size === 0 ? values : values.map((value) => value / size);
}
