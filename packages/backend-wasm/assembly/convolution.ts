import { COLUMNS, ROWS, multiplyColumns } from "./multiply";
import { packRow, packZeros } from "./pack";
import { finish, multiplyBlock } from "./product";
import { add, clear, copy, roundUp } from "./simd";

/**
 * Any convolution as a matrix product: a row for each place of the output, a column for each of its channels. The left
 * side is laid out a few rows at a time.
 */
@unmanaged
class Convolution {
  /** [n, h, w, ci]. */
  x: usize;
  /** Filters as `packRight` leaves them: [kh kw ci, co]; for the gradient by the input its transpose, [co, kh kw ci]. */
  filter: usize;
  /** [n, oh, ow, co]. */
  y: usize;
  n: i32;
  h: i32;
  w: i32;
  ci: i32;
  oh: i32;
  ow: i32;
  co: i32;
  kh: i32;
  kw: i32;
  strideH: i32;
  strideW: i32;
  dilationH: i32;
  dilationW: i32;
  top: i32;
  left: i32;
  /** How many rows (a multiple of six) and columns (a multiple of eight) one chunk has. */
  rows: i32;
  columns: i32;
  bias: usize;
  low: f32;
  high: f32;
}

/** Some places and channels of the output. */
export function convolve(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Convolution>(p);
  const across = (g.co + g.columns - 1) / g.columns;
  const first = (chunk / across) * g.rows;
  const column = (chunk % across) * g.columns;
  const rows = min(g.rows, g.n * g.oh * g.ow - first);
  const columns = min(g.columns, g.co - column);
  const depth = roundUp(g.kh * g.kw * g.ci, 4);
  const row = scratch + 4 * ROWS * COLUMNS;
  const left = row + ((<usize>depth) << 2);
  for (let i = 0; i < rows; i++) {
    const to = left + <usize>(i / ROWS) * ((<usize>(ROWS * depth)) << 2) + <usize>(i % ROWS) * 16;
    packPlace(g, first + i, row, to);
  }
  const ldc = (<usize>g.co) << 2;
  const c = g.y + <usize>first * ldc + ((<usize>column) << 2);
  multiplyBlock(left, g.filter + ((<usize>(column / COLUMNS) * depth) << 5), depth, rows, columns, c, ldc, scratch);
  finish(c, ldc, rows, columns, g.bias ? g.bias + ((<usize>column) << 2) : 0, g.low, g.high);
}

/**
 * The part of the input that one place of the output sees, as a row of the left side.
 *
 * @param loose memory for one row
 */
function packPlace(g: Convolution, place: i32, loose: usize, to: usize): void {
  const run = g.kw * g.ci;
  let index = g.kh * run;
  if (run & 3) {
    // Its parts would not begin at whole vectors.
    gatherPlace(g, place, 0, index, loose);
    packRow(loose, 4, index, to, 0);
    if (index & 3) packZeros(4 - (index & 3), to, index);
    return;
  }
  const row = ((place / g.ow) % g.oh) * g.strideH - g.top;
  const column = (place % g.ow) * g.strideW - g.left;
  const sample = g.x + ((<usize>(place / (g.ow * g.oh)) * g.h * g.w * g.ci) << 2);
  const whole = isWhole(g, column);
  index = 0;
  for (let i = 0; i < g.kh; i++) {
    const h = row + i * g.dilationH;
    if (h < 0 || h >= g.h) packZeros(run, to, index);
    else if (whole) packRow(sample + ((<usize>(h * g.w + column) * g.ci) << 2), 4, run, to, index);
    else {
      for (let j = 0; j < g.kw; j++) {
        const w = column + j * g.dilationW;
        if (w < 0 || w >= g.w) packZeros(g.ci, to, index + j * g.ci);
        else packRow(sample + ((<usize>(h * g.w + w) * g.ci) << 2), 4, g.ci, to, index + j * g.ci);
      }
    }
    index += run;
  }
}

/** Whether the taps of a row, the first of them at column w, all meet pixels, which then lie side by side. */
// @ts-ignore: decorator
@inline
function isWhole(g: Convolution, w: i32): bool {
  return g.dilationW == 1 && w >= 0 && w + g.kw <= g.w;
}

/** The gradient by one sample of the input: x is dx, y is dy. */
export function convolveBackToInput(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Convolution>(p);
  const taps = g.kh * g.kw * g.ci;
  const depth = roundUp(g.co, 4);
  const places = g.oh * g.ow;
  const dx = g.x + ((<usize>(chunk * g.h) * g.w * g.ci) << 2);
  const dy = g.y + ((<usize>(chunk * places) * g.co) << 2);
  const product = scratch + 4 * ROWS * COLUMNS;
  const ldc = (<usize>taps) << 2;
  const left = product + <usize>g.rows * ldc;
  clear(dx, g.h * g.w * g.ci);
  for (let first = 0; first < places; first += g.rows) {
    const rows = min(g.rows, places - first);
    for (let i = 0; i < rows; i++) {
      const to = left + <usize>(i / ROWS) * ((<usize>(ROWS * depth)) << 2) + <usize>(i % ROWS) * 16;
      packRow(dy + ((<usize>(first + i) * g.co) << 2), 4, g.co, to, 0);
      if (g.co < depth) packZeros(depth - g.co, to, g.co);
    }
    multiplyBlock(left, g.filter, depth, rows, taps, product, ldc, scratch);
    for (let i = 0; i < rows; i++) addPlace(g, first + i, product + <usize>i * ldc, dx);
  }
}

/** Adds one row of the product to the part of the input that one place of the output sees. */
function addPlace(g: Convolution, place: i32, from: usize, dx: usize): void {
  const row = (place / g.ow) * g.strideH - g.top;
  const column = (place % g.ow) * g.strideW - g.left;
  const whole = isWhole(g, column);
  const taps = whole ? g.kw : 1;
  const run = taps * g.ci;
  for (let i = 0; i < g.kh; i++) {
    const h = row + i * g.dilationH;
    for (let j = 0; j < g.kw; j += taps) {
      const w = column + j * g.dilationW;
      const inside = h >= 0 && h < g.h && (whole || (w >= 0 && w < g.w));
      if (inside) add(dx + ((<usize>(h * g.w + w) * g.ci) << 2), from, run);
      from += (<usize>run) << 2;
    }
  }
}

/** How many places are taken at a time for the gradient by the filter. */
const PLACES = 192;

/**
 * The gradient by some rows of the filter: `filter` is dw, y is dy as `packRight` leaves it, [co / 8][places][8]; `rows`
 * says how many rows one chunk has, a multiple of six.
 */
export function convolveBackToFilter(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Convolution>(p);
  const begin = chunk * g.rows;
  const rows = min(g.rows, g.kh * g.kw * g.ci - begin);
  const panels = roundUp(g.co, COLUMNS) / COLUMNS;
  const places = g.n * g.oh * g.ow;
  const lda = (<usize>g.rows) << 2;
  const ldc = (<usize>(panels * COLUMNS)) << 2;
  const sums = scratch;
  const left = sums + <usize>g.rows * ldc;
  const panel = (<usize>roundUp(places, 4)) << 5;
  for (let first = 0; first < places; first += PLACES) {
    const count = min(PLACES, places - first);
    for (let i = 0; i < count; i++) gatherPlace(g, first + i, begin, rows, left + <usize>i * lda);
    for (let i = 0; i < rows; i += ROWS) {
      for (let j = 0; j < panels; j++) {
        const right = g.y + (<usize>j) * panel + ((<usize>first) << 5);
        const c = sums + (<usize>i) * ldc + ((<usize>j) << 5);
        multiplyColumns(left + ((<usize>i) << 2), lda, right, count, c, ldc, first > 0);
      }
    }
  }
  for (let i = 0; i < rows; i++) {
    copy(g.filter + ((<usize>(begin + i) * g.co) << 2), sums + <usize>i * ldc, g.co);
  }
}

/** The numbers `begin` to `begin + count` of the part of the input that one place of the output sees. */
function gatherPlace(g: Convolution, place: i32, begin: i32, count: i32, to: usize): void {
  const row = ((place / g.ow) % g.oh) * g.strideH - g.top;
  const column = (place % g.ow) * g.strideW - g.left;
  const sample = g.x + ((<usize>(place / (g.ow * g.oh)) * g.h * g.w * g.ci) << 2);
  const end = begin + count;
  const whole = isWhole(g, column);
  while (begin < end) {
    const tap = begin / g.ci;
    const after = whole ? (tap / g.kw + 1) * g.kw : tap + 1;
    const run = min(end, after * g.ci) - begin;
    const h = row + (tap / g.kw) * g.dilationH;
    const w = column + (tap % g.kw) * g.dilationW;
    if (h < 0 || h >= g.h || w < 0 || w >= g.w) clear(to, run);
    else copy(to, sample + ((<usize>(h * g.w + w) * g.ci + (begin - tap * g.ci)) << 2), run);
    to += (<usize>run) << 2;
    begin += run;
  }
}
