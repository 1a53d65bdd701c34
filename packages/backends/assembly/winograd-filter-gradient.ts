import { COLUMNS, ROWS, multiplyColumns } from "./multiply";
import { roundUp } from "./simd";
import { sharedFilter, transformStridedFilterGradient, transformStridedOutputGradient } from "./strided-transforms";
import { apart, inputTile, numbersOf } from "./winograd-tiles";
import { transformFilterGradient, transformOutputGradient } from "./winograd-transforms";

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
