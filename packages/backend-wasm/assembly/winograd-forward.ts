import { COLUMNS, ROWS, multiplyRows } from "./multiply";
import { roundUp } from "./simd";
import { sharedFilter, transformStridedOutput } from "./strided-transforms";
import { TAPS, transformPanel } from "./winograd-filter";
import { apart, inputTile, numbersOf } from "./winograd-tiles";
import { TEMPORARY, transformOutput } from "./winograd-transforms";

/** A 3x3 convolution with stride 1 or 2 of an image whose channels are multiples of four. */
@unmanaged
class Convolution {
  x: usize;
  /** Filters as {@link winogradFilter} leaves them; 0 where each chunk is to transform its own. */
  u: usize;
  y: usize;
  h: i32;
  w: i32;
  ci: i32;
  oh: i32;
  ow: i32;
  co: i32;
  /** Zeros before the first row and the first column. */
  top: i32;
  left: i32;
  /** 4x4 tiles of the output: of a column, of a row, in all. */
  tileRows: i32;
  tileColumns: i32;
  tiles: i32;
  /** How many tiles one chunk has. */
  block: i32;
  /** How many output channels one chunk has, a multiple of eight. */
  group: i32;
  /** One number per output channel to add, or 0. */
  bias: usize;
  /** The result is kept between them. */
  low: f32;
  high: f32;
  stride: i32;
  /** All tiles as {@link winogradInput} leaves them, or 0. */
  v: usize;
  /** Where u is 0: filters as {@link winogradFilter} takes them. */
  filter: usize;
  turned: i32;
}

/** Transforms six tiles of the input. */
export function winogradInput(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Convolution>(p);
  const first = chunk * ROWS;
  const vStep = apart((<usize>(roundUp(g.tiles, ROWS) * g.ci)) << 2);
  inputTiles(g, first, min(ROWS, g.tiles - first), g.v + ((<usize>(first * g.ci)) << 2), vStep, scratch);
}

/** Transforms up to six tiles to [36 or 81][ci / 4][6][4]. */
function inputTiles(g: Convolution, first: i32, count: i32, to: usize, step: usize, temporary: usize): void {
  for (let i = 0; i < count; i++) {
    const place = to + <usize>(i * 16);
    const tile = first + i;
    inputTile(g.x, g.h, g.w, g.ci, g.top, g.left, g.tileRows, g.tileColumns, g.stride, tile, place, 96, step, temporary);
  }
}

/** Convolution of some tiles into some output channels. */
export function winogradForward(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Convolution>(p);
  const groups = (g.co + g.group - 1) / g.group;
  const first = (chunk / groups) * g.block;
  const count = min(g.block, g.tiles - first);
  const channel = (chunk % groups) * g.group;
  const channels = min(g.group, roundUp(g.co, COLUMNS) - channel);
  const rows = roundUp(count, ROWS);
  const vStep = apart((<usize>(rows * g.ci)) << 2);
  const mStep = apart((<usize>(rows * channels)) << 2);
  const panel = (<usize>g.ci) << 5;
  const numbers = numbersOf(g.stride);
  const m = scratch;
  const temporary = m + (<usize>numbers) * mStep;
  const own = temporary + TEMPORARY + 256;

  let v = g.v;
  if (!v) {
    v = own;
    for (let t = 0; t < count; t += ROWS) {
      inputTiles(g, first + t, min(count - t, ROWS), v + ((<usize>(t * g.ci)) << 2), vStep, temporary);
    }
  }
  let u = g.u + (<usize>(channel / COLUMNS)) * panel;
  let uStep = apart((<usize>(roundUp(g.co, COLUMNS) / COLUMNS)) * panel);
  if (!g.u) {
    u = own + 16 * 4 * TAPS;
    uStep = apart((<usize>(channels / COLUMNS)) * panel);
    for (let j = 0; j < channels; j += COLUMNS) {
      const to = u + (<usize>(j / COLUMNS)) * panel;
      transformPanel(g.filter, g.ci, g.co, g.turned, g.stride, channel + j, to, uStep, own, temporary);
    }
  }
  const ldc = (<usize>channels) << 2;
  for (let e = 0; e < numbers; e++) {
    let b = u + (<usize>(g.stride == 1 ? e : sharedFilter(e))) * uStep;
    let column = m + (<usize>e) * mStep;
    for (let j = 0; j < channels; j += COLUMNS) {
      let a = v + (<usize>e) * vStep;
      let c = column;
      for (let t = 0; t < rows; t += ROWS) {
        multiplyRows(a, b, g.ci, c, ldc, false);
        a += (<usize>(ROWS * g.ci)) << 2;
        c += (<usize>ROWS) * ldc;
      }
      b += panel;
      column += 4 * COLUMNS;
    }
  }
  for (let t = 0; t < count; t++) {
    outputTile(g, first + t, m + (<usize>t) * ldc, mStep, channel, min(channels, g.co - channel), temporary);
  }
}

function outputTile(
  g: Convolution,
  tile: i32,
  m: usize,
  step: usize,
  channel: i32,
  channels: i32,
  temporary: usize,
): void {
  const place = tile % (g.tileRows * g.tileColumns);
  const row = (place / g.tileColumns) * 4;
  const column = (place % g.tileColumns) * 4;
  const sample = tile / (g.tileRows * g.tileColumns);
  const rows = min(4, g.oh - row);
  const columns = min(4, g.ow - column);
  const columnStep = (<usize>g.co) << 2;
  const rowStep = (<usize>g.ow) * columnStep;
  const low = f32x4.splat(g.low);
  const high = f32x4.splat(g.high);
  let to = g.y + (<usize>((sample * g.oh + row) * g.ow + column)) * columnStep + ((<usize>channel) << 2);
  const result = temporary + TEMPORARY;
  for (let c = 0; c < channels; c += 4) {
    if (g.stride == 1) transformOutput(m, step, result, temporary);
    else transformStridedOutput(m, step, result, temporary);
    const bias = g.bias ? v128.load(g.bias + ((<usize>(channel + c)) << 2)) : f32x4.splat(0);
    for (let i = 0; i < rows; i++) {
      let place = to + (<usize>i) * rowStep;
      const from = result + (<usize>i) * 64;
      for (let j = 0; j < columns; j++) {
        const value = f32x4.add(v128.load(from + (<usize>j) * 16), bias);
        v128.store(place, f32x4.pmin(f32x4.pmax(value, low), high));
        place += columnStep;
      }
    }
    m += 16;
    to += 16;
  }
}
