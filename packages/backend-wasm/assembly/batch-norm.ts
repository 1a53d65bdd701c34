import { add, madd } from "./simd";

/*
 * Batch normalisation of [rows, channels] in blocks of rows. Sums run in a fixed order: over the rows of a block here, over
 * the blocks by the caller.
 */

@unmanaged
class Rows {
  x: usize;
  dy: usize;
  /** The output, or one or two numbers per block and channel: [block][2][channels]. */
  to: usize;
  rows: i32;
  channels: i32;
  /** How many rows one chunk has. */
  block: i32;
  /** Numbers per channel. */
  a: usize;
  b: usize;
  c: usize;
  /** What results of `scaleChannels` are at least; minus infinity where they may be anything. */
  low: f32;
}

/** Mean and sum of squared distances to it, of each channel of one block. */
export function batchMoments(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Rows>(p);
  const first = chunk * g.block;
  const rows = min(g.block, g.rows - first);
  const step = (<usize>g.channels) << 2;
  const from = g.x + (<usize>first) * step;
  const means = g.to + (<usize>chunk) * 2 * step;
  const squares = means + step;
  memory.fill(means, 0, 2 * step);
  addRows(from, rows, g.channels, means);
  const share: f32 = 1 / <f32>rows;
  for (let place = means; place < squares; place += 4) store<f32>(place, load<f32>(place) * share);
  addProducts(from, from, means, rows, g.channels, squares, true);
}

/** Sums of dy and of dy * (x - a), of each channel of one block. */
export function batchGradientSums(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Rows>(p);
  const first = chunk * g.block;
  const rows = min(g.block, g.rows - first);
  const step = (<usize>g.channels) << 2;
  const offset = (<usize>first) * step;
  const to = g.to + (<usize>chunk) * 2 * step;
  memory.fill(to, 0, 2 * step);
  addRows(g.dy + offset, rows, g.channels, to);
  addProducts(g.dy + offset, g.x + offset, g.a, rows, g.channels, to + step, false);
}

/** Sums of x, of each channel of one block: one number per block and channel. */
export function sumRows(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Rows>(p);
  const first = chunk * g.block;
  const step = (<usize>g.channels) << 2;
  const to = g.to + (<usize>chunk) * step;
  memory.fill(to, 0, step);
  addRows(g.x + (<usize>first) * step, min(g.block, g.rows - first), g.channels, to);
}

/** Adds each row to `sums`. */
function addRows(from: usize, rows: i32, channels: i32, sums: usize): void {
  const step = (<usize>channels) << 2;
  for (let i = 0; i < rows; i++) {
    add(sums, from, channels);
    from += step;
  }
}

/** Adds `weight * (x - mean)` to `sums`, row by row; where `square`, `(x - mean) * (x - mean)`. */
// @ts-ignore: decorator
@inline
function addProducts(weight: usize, x: usize, mean: usize, rows: i32, channels: i32, sums: usize, square: bool): void {
  for (let i = 0; i < rows; i++) {
    let to = sums;
    let center = mean;
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      const distance = f32x4.sub(v128.load(x), v128.load(center));
      v128.store(to, madd(square ? distance : v128.load(weight), distance, v128.load(to)));
      x += 16;
      weight += 16;
      center += 16;
      to += 16;
    }
    for (; c < channels; c++) {
      const distance = load<f32>(x) - load<f32>(center);
      store<f32>(to, load<f32>(to) + (square ? distance : load<f32>(weight)) * distance);
      x += 4;
      weight += 4;
      center += 4;
      to += 4;
    }
  }
}

/** x * a + b by channel, but not below `low`; NaN stays, and -0 becomes 0 there. */
export function scaleChannels(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Rows>(p);
  // One loop for each: the choice is made outside of it.
  if (g.low == -Infinity) scaleRows(g, chunk * g.block, false);
  else scaleRows(g, chunk * g.block, true);
}

// @ts-ignore: decorator
@inline
function scaleRows(g: Rows, first: i32, clipped: bool): void {
  const rows = min(g.block, g.rows - first);
  const offset = ((<usize>first) * g.channels) << 2;
  const low = f32x4.splat(g.low);
  let x = g.x + offset;
  let to = g.to + offset;
  for (let i = 0; i < rows; i++) {
    let c = 0;
    for (; c + 4 <= g.channels; c += 4) {
      const column = (<usize>c) << 2;
      const value = madd(v128.load(x), v128.load(g.a + column), v128.load(g.b + column));
      v128.store(to, clipped ? f32x4.add(f32x4.pmax(value, low), f32x4.splat(0)) : value);
      x += 16;
      to += 16;
    }
    for (; c < g.channels; c++) {
      const column = (<usize>c) << 2;
      const value = load<f32>(x) * load<f32>(g.a + column) + load<f32>(g.b + column);
      store<f32>(to, clipped ? (value < g.low ? g.low : value) + 0 : value);
      x += 4;
      to += 4;
    }
  }
}

/** dy * a + x * b + c by channel. */
export function combineChannels(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Rows>(p);
  const first = chunk * g.block;
  const rows = min(g.block, g.rows - first);
  const offset = ((<usize>first) * g.channels) << 2;
  let x = g.x + offset;
  let dy = g.dy + offset;
  let to = g.to + offset;
  for (let i = 0; i < rows; i++) {
    let c = 0;
    for (; c + 4 <= g.channels; c += 4) {
      const column = (<usize>c) << 2;
      const rest = madd(v128.load(x), v128.load(g.b + column), v128.load(g.c + column));
      v128.store(to, madd(v128.load(dy), v128.load(g.a + column), rest));
      x += 16;
      dy += 16;
      to += 16;
    }
    for (; c < g.channels; c++) {
      const column = (<usize>c) << 2;
      const rest = load<f32>(x) * load<f32>(g.b + column) + load<f32>(g.c + column);
      store<f32>(to, load<f32>(dy) * load<f32>(g.a + column) + rest);
      x += 4;
      dy += 4;
      to += 4;
    }
  }
}
