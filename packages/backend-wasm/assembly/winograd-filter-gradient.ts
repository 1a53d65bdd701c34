import { COLUMNS, ROWS, multiplyColumns } from "./multiply";
import { add, roundUp } from "./simd";
import { transformStridedFilterGradient, transformStridedOutputGradient } from "./strided-gradient-transforms";
import { sharedFilter } from "./strided-transforms";
import { apart, inputTile, numbersOf } from "./winograd-tiles";
import { transformFilterGradient, transformOutputGradient } from "./winograd-gradient-transforms";
import { TEMPORARY } from "./winograd-transforms";

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
  /** How many parts of the tiles have products of their own, one behind the other. */
  segments: i32;
}

/** Transforms some tiles of x and dy. */
export function winogradTiles(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<FilterGradient>(p);
  const begin = chunk * g.group;
  transformTiles(g, g.first, begin, min(begin + g.group, g.count), g.v, g.z, scratch);
}

/** Transforms the tiles from `begin` on of a block to `v` and `z`. */
function transformTiles(
  g: FilterGradient,
  first: i32,
  begin: i32,
  end: i32,
  v: usize,
  z: usize,
  temporary: usize,
): void {
  const vStep = apart((<usize>(g.block * g.ciStep)) << 2);
  const panel = (<usize>g.block) << 5;
  const zStep = apart((<usize>(roundUp(g.co, COLUMNS) / COLUMNS)) * panel);
  for (let t = begin; t < end; t++) {
    const tile = first + t;
    const to = v + ((<usize>(t * g.ciStep)) << 2);
    inputTile(g.x, g.h, g.w, g.ci, g.top, g.left, g.tileRows, g.tileColumns, g.stride, tile, to, 16, vStep, temporary);
    outputGradientTile(g, tile, z + ((<usize>t) << 5), panel, zStep, temporary);
  }
}

/** Both, for one segment of the tiles, in memory of this thread's own: for few channels, whose products are small. */
export function winogradSegment(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<FilterGradient>(p);
  const first = chunk * g.group;
  const end = min(first + g.group, g.count);
  const v = scratch + TEMPORARY;
  const z = v + (<usize>numbersOf(g.stride)) * apart((<usize>(g.block * g.ciStep)) << 2);
  const products = g.products + (<usize>chunk) * segmentBytes(g);
  for (let tile = first; tile < end; tile += g.block) {
    const count = min(g.block, end - tile);
    transformTiles(g, tile, 0, count, v, z, scratch);
    for (let filter = 0; filter < 36; filter++) {
      addProducts(g, filter, 0, g.ciRows, v, z, count, products, tile > first);
    }
  }
}

/** Bytes of the products of one segment. */
// @ts-ignore: decorator
@inline
function segmentBytes(g: FilterGradient): usize {
  return 36 * apart(((<usize>g.ciRows) * roundUp(g.co, COLUMNS)) << 2);
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
  const begin = (chunk % groups) * g.group;
  const end = min(begin + g.group, g.ciRows);
  addProducts(g, chunk / groups, begin, end, g.v, g.z, g.count, g.products, g.first > 0);
}

/** Adds the products of `count` tiles, or, unless there are `more` before them, begins with them. */
function addProducts(
  g: FilterGradient,
  filter: i32,
  begin: i32,
  end: i32,
  v: usize,
  z: usize,
  count: i32,
  to: usize,
  more: bool,
): void {
  const lda = (<usize>g.ciStep) << 2;
  const columns = roundUp(g.co, COLUMNS);
  const ldc = (<usize>columns) << 2;
  const products = to + (<usize>filter) * apart((<usize>g.ciRows) * ldc);
  const vStep = apart((<usize>g.block) * lda);
  const zStep = apart((<usize>((columns / COLUMNS) * g.block)) << 5);
  const numbers = numbersOf(g.stride);
  for (let e = 0; e < numbers; e++) {
    if ((g.stride == 1 ? e : sharedFilter(e)) != filter) continue;
    for (let i = begin; i < end; i += ROWS) {
      const a = v + (<usize>e) * vStep + ((<usize>i) << 2);
      for (let j = 0; j < columns; j += COLUMNS) {
        const b = z + (<usize>e) * zStep + (<usize>((j / COLUMNS) * g.block)) * 32;
        const c = products + (<usize>i) * ldc + ((<usize>j) << 2);
        multiplyColumns(a, lda, b, count, c, ldc, more);
      }
    }
    more = true;
  }
}

/** Turns the products of one input channel, of all segments in their order, into its part of dw, [3, 3, ci, co]. */
export function winogradFilterGradient(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<FilterGradient>(p);
  const columns = roundUp(g.co, COLUMNS);
  const step = apart((<usize>(g.ciRows * columns)) << 2);
  const from = g.products + ((<usize>(chunk * columns)) << 2);
  const to = g.dw + ((<usize>(chunk * g.co)) << 2);
  const resultStep = (<usize>(g.ci * g.co)) << 2;
  for (let segment = 1; segment < g.segments; segment++) {
    const more = from + (<usize>segment) * segmentBytes(g);
    for (let e = 0; e < 36; e++) add(from + (<usize>e) * step, more + (<usize>e) * step, columns);
  }
  for (let c = 0; c < g.co; c += 4) {
    const place = from + ((<usize>c) << 2);
    if (g.stride == 1) transformFilterGradient(place, step, to + ((<usize>c) << 2), resultStep, scratch);
    else transformStridedFilterGradient(place, step, to + ((<usize>c) << 2), resultStep, scratch);
  }
}
