import { COLUMNS, ROWS, multiplyColumns, multiplyRows } from "./multiply";
import { roundUp, transpose4 } from "./simd";
import {
  TEMPORARY,
  transformFilter,
  transformFilterGradient,
  transformInput,
  transformInputAtBorder,
  transformOutput,
  transformOutputGradient,
} from "./winograd-transforms";
import {
  sharedFilter,
  transformStridedFilter,
  transformStridedFilterGradient,
  transformStridedInput,
  transformStridedOutput,
  transformStridedOutputGradient,
} from "./strided-transforms";

/** How many numbers a transformed tile has. */
// @ts-ignore: decorator
@inline
function numbersOf(stride: i32): i32 {
  return stride == 1 ? 36 : 81;
}

/** Bytes from one of the matrices to the next: one cache line more than it has, else all would meet in one cache set. */
// @ts-ignore: decorator
@inline
function apart(bytes: usize): usize {
  return bytes + 64;
}

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
    inputTile(g.x, g.h, g.w, g.ci, g.top, g.left, g.tileRows, g.tileColumns, g.stride, first + i, place, 96, step, temporary);
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

/** Transforms one tile of the input; four channels lie `channelStep` bytes after the four before. */
function inputTile(
  x: usize,
  h: i32,
  w: i32,
  ci: i32,
  top: i32,
  left: i32,
  tileRows: i32,
  tileColumns: i32,
  stride: i32,
  tile: i32,
  to: usize,
  channelStep: usize,
  step: usize,
  temporary: usize,
): void {
  const sample = tile / (tileRows * tileColumns);
  const place = tile % (tileRows * tileColumns);
  const row = (place / tileColumns) * 4 * stride - top;
  const column = (place % tileColumns) * 4 * stride - left;
  const columnStep = (<usize>ci) << 2;
  const rowStep = (<usize>w) * columnStep;
  let from = x + (<usize>((sample * h + row) * w + column)) * columnStep;
  const end = to + (<usize>(ci >> 2)) * channelStep;
  if (stride == 2) {
    while (to < end) {
      transformStridedInput(from, rowStep, columnStep, to, step, temporary, -row, h - row, -column, w - column);
      from += 16;
      to += channelStep;
    }
  } else if (row >= 0 && column >= 0 && row + 6 <= h && column + 6 <= w) {
    while (to < end) {
      transformInput(from, rowStep, columnStep, to, step, temporary);
      from += 16;
      to += channelStep;
    }
  } else {
    while (to < end) {
      transformInputAtBorder(from, rowStep, columnStep, to, step, temporary, -row, h - row, -column, w - column);
      from += 16;
      to += channelStep;
    }
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

@unmanaged
class Filter {
  /** [3, 3, ci, co]. */
  filter: usize;
  /** [36][co / 8][ci][8]; where `turned`, [36][ci / 8][co][8]. */
  u: usize;
  ci: i32;
  co: i32;
  /** Whether to turn the filters by 180 degrees and to swap their channels, for the gradient by the input. */
  turned: i32;
  stride: i32;
}

/** Transforms the filters of eight channels of the result, one panel. */
export function winogradFilter(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Filter>(p);
  const inner = g.turned ? g.co : g.ci;
  const outer = g.turned ? g.ci : g.co;
  const panel = (<usize>inner) << 5;
  const step = apart((<usize>(roundUp(outer, COLUMNS) / COLUMNS)) * panel);
  const to = g.u + (<usize>chunk) * panel;
  const temporary = scratch + 4 * TAPS * 16;
  transformPanel(g.filter, inner, outer, g.turned, g.stride, chunk * COLUMNS, to, step, scratch, temporary);
}

/**
 * @param inner how many channels are summed over
 * @param outer how many channels the result has
 * @param first the first of eight of them
 * @param loaded memory for 36 vectors
 */
function transformPanel(
  filter: usize,
  inner: i32,
  outer: i32,
  turned: i32,
  stride: i32,
  first: i32,
  to: usize,
  step: usize,
  loaded: usize,
  temporary: usize,
): void {
  const tap = (<usize>(inner * outer)) << 2;
  const row = (<usize>(turned ? inner : outer)) << 2;
  for (let channel = 0; channel < inner; channel += 4) {
    for (let half = 0; half < COLUMNS; half += 4) {
      const column = first + half;
      // The rest of a panel that is half full must be finite.
      if (column >= outer) memory.fill(loaded, 0, 4 * TAPS * 16);
      else if (turned) loadTurned(filter + (<usize>column) * row + ((<usize>channel) << 2), tap, row, loaded);
      else loadFilters(filter + (<usize>channel) * row + ((<usize>column) << 2), tap, row, loaded);
      let place = to + ((<usize>channel) << 5) + ((<usize>half) << 2);
      for (let i = 0; i < 4; i++) {
        if (stride == 1) transformFilter(loaded + <usize>(i * TAPS * 16), place, step, temporary);
        else transformStridedFilter(loaded + <usize>(i * TAPS * 16), place, step, temporary);
        place += 4 * COLUMNS;
      }
    }
  }
}

const TAPS = 9;

/** Four rows of four channels to [4][9][4]. */
function loadFilters(from: usize, tap: usize, row: usize, to: usize): void {
  for (let i = 0; i < TAPS; i++) {
    for (let j = 0; j < 4; j++) v128.store(to + <usize>(j * TAPS * 16), v128.load(from + (<usize>j) * row));
    from += tap;
    to += 16;
  }
}

/** As {@link loadFilters} with rows and channels exchanged and the taps in reverse. */
function loadTurned(from: usize, tap: usize, row: usize, to: usize): void {
  to += (TAPS - 1) * 16;
  for (let i = 0; i < TAPS; i++) {
    transpose4(from, row, to, TAPS * 16);
    from += tap;
    to -= 16;
  }
}

/** The gradient by the filter goes over blocks of tiles: {@link winogradTiles}, then {@link winogradProducts} add up. */
@unmanaged
class FilterGradient {
  x: usize;
  dy: usize;
  /** Transformed tiles of x: [36 or 81][block][ciStep], and of dy: [36 or 81][co / 8][block][8]. */
  v: usize;
  z: usize;
  /** [36][ciRows][co rounded up to 8]: sums over the tiles. */
  products: usize;
  dw: usize;
  h: i32;
  w: i32;
  ci: i32;
  oh: i32;
  ow: i32;
  co: i32;
  top: i32;
  left: i32;
  tileRows: i32;
  tileColumns: i32;
  /** The first tile of the block, how many it has, how many there is room for. */
  first: i32;
  count: i32;
  block: i32;
  /** Floats from one tile of v to the next. */
  ciStep: i32;
  /** ci rounded up to a multiple of six. */
  ciRows: i32;
  /** How many tiles, or rows of products (a multiple of six), one chunk has. */
  group: i32;
  stride: i32;
}

/** Transforms some tiles of x and dy. */
export function winogradTiles(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<FilterGradient>(p);
  const begin = chunk * g.group;
  const end = min(begin + g.group, g.count);
  const vStep = apart((<usize>(g.block * g.ciStep)) << 2);
  const panel = (<usize>g.block) << 5;
  const zStep = apart((<usize>(roundUp(g.co, COLUMNS) / COLUMNS)) * panel);
  for (let t = begin; t < end; t++) {
    const tile = g.first + t;
    const to = g.v + ((<usize>(t * g.ciStep)) << 2);
    inputTile(g.x, g.h, g.w, g.ci, g.top, g.left, g.tileRows, g.tileColumns, g.stride, tile, to, 16, vStep, scratch);
    outputGradientTile(g, tile, g.z + ((<usize>t) << 5), panel, zStep, scratch);
  }
}

/** Transforms one tile of dy. */
function outputGradientTile(
  g: FilterGradient,
  tile: i32,
  to: usize,
  panel: usize,
  step: usize,
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
  let from = g.dy + (<usize>((sample * g.oh + row) * g.ow + column)) * columnStep;
  for (let c = 0; c < g.co; c += 4) {
    const place = to + (<usize>(c / COLUMNS)) * panel + ((<usize>(c % COLUMNS)) << 2);
    if (g.stride == 1) transformOutputGradient(from, rowStep, columnStep, rows, columns, place, step, temporary);
    else transformStridedOutputGradient(from, rowStep, columnStep, rows, columns, place, step, temporary);
    from += 16;
  }
}

/** Adds the block's products for one of the transformed filters and some input channels. */
export function winogradProducts(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<FilterGradient>(p);
  const groups = (g.ciRows + g.group - 1) / g.group;
  const filter = chunk / groups;
  const begin = (chunk % groups) * g.group;
  const end = min(begin + g.group, g.ciRows);
  const lda = (<usize>g.ciStep) << 2;
  const columns = roundUp(g.co, COLUMNS);
  const ldc = (<usize>columns) << 2;
  const products = g.products + (<usize>filter) * apart((<usize>g.ciRows) * ldc);
  const vStep = apart((<usize>g.block) * lda);
  const zStep = apart((<usize>((columns / COLUMNS) * g.block)) << 5);
  const numbers = numbersOf(g.stride);
  let more = g.first > 0;
  for (let e = 0; e < numbers; e++) {
    if ((g.stride == 1 ? e : sharedFilter(e)) != filter) continue;
    for (let i = begin; i < end; i += ROWS) {
      const a = g.v + (<usize>e) * vStep + ((<usize>i) << 2);
      for (let j = 0; j < columns; j += COLUMNS) {
        const b = g.z + (<usize>e) * zStep + (<usize>((j / COLUMNS) * g.block)) * 32;
        const c = products + (<usize>i) * ldc + ((<usize>j) << 2);
        multiplyColumns(a, lda, b, g.count, c, ldc, more);
      }
    }
    more = true;
  }
}

/** Turns the products of one input channel into its part of dw, [3, 3, ci, co]. */
export function winogradFilterGradient(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<FilterGradient>(p);
  const columns = roundUp(g.co, COLUMNS);
  const step = apart((<usize>(g.ciRows * columns)) << 2);
  const from = g.products + ((<usize>(chunk * columns)) << 2);
  const to = g.dw + ((<usize>(chunk * g.co)) << 2);
  const resultStep = (<usize>(g.ci * g.co)) << 2;
  for (let c = 0; c < g.co; c += 4) {
    const place = from + ((<usize>c) << 2);
    if (g.stride == 1) transformFilterGradient(place, step, to + ((<usize>c) << 2), resultStep, scratch);
    else transformStridedFilterGradient(place, step, to + ((<usize>c) << 2), resultStep, scratch);
  }
}

