import { wasmCode } from "../../host/_wasm-code.ts";
import { withFilter } from "../../host/filter-cache.ts";
import type { WasmHost } from "../../host/wasm-host.ts";
import { clamp, roundDown, roundUp, type ConvGeometry } from "./conv-geometry.ts";
import { epilogueWords, PLAIN, type Epilogue } from "./epilogue.ts";
import { COLUMNS, ROWS } from "./product.ts";

/*
 * 3x3 convolutions with stride 1 by Winograd's F(4x4, 3x3) (Lavin and Gray, 2016): each 4x4 tile of the output takes 36
 * products per pair of channels instead of 144. With stride 2, the taps at even and at odd places are filters of stride 1
 * on every other number of the input, and a tile takes 81 products.
 */

/** How many numbers a transformed tile has, by stride. */
const NUMBERS: Readonly<Record<number, number>> = { 1: 36, 2: 81 };
/** How many transformed filters there are. */
const FILTERS = 36;
/** Bytes that the transforms need for themselves. */
const TEMPORARY = 1296 + 256;
/** How many tiles, and output channels, one chunk has: both sides of its products stay in the second-level cache. */
const BLOCK_TILES: Readonly<Record<number, number>> = { 1: 36, 2: 18 };
const BLOCK_CHANNELS = 128;
/** About how many bytes of transformed tiles the gradient by the filter takes at a time. */
const GRADIENT_BYTES = 1.5 * 2 ** 20;
/** How many tiles one chunk of that transforms. */
const GRADIENT_TILES = 8;

/** Whether the algorithm can do this convolution, and is the faster one. */
export function suitsWinograd(host: WasmHost, g: ConvGeometry): boolean {
  const plain = g.strideH === g.strideW && g.dilationH * g.dilationW === 1 && g.kh === 3 && g.kw === 3;
  const numbers = NUMBERS[g.strideH];
  if (!host.winograd || !plain || numbers === undefined || g.ci % 4 !== 0 || g.co % 4 !== 0 || g.ci < 8 || g.co < 8)
    return false;
  // A part for the transforms; output that does not fill its tiles is computed in vain.
  return 1.25 * numbers * Math.ceil(g.oh / 4) * Math.ceil(g.ow / 4) < 9 * g.oh * g.ow;
}

/** Where a filter lies, and whose it is. */
export interface FilterTensor {
  readonly address: number;
  readonly dataId: object;
}

/** The convolution. */
export function winogradForward(
  host: WasmHost,
  g: ConvGeometry,
  x: number,
  filter: FilterTensor,
  y: number,
  end: Epilogue,
): void {
  multiplyTiles(host, g, x, filter, false, y, end);
}

/** The gradient by the input: the convolution of dy with the filters turned by 180 degrees. */
export function winogradBackToInput(
  host: WasmHost,
  g: ConvGeometry,
  dx: number,
  filter: FilterTensor,
  dy: number,
): void {
  const back = { ...g, h: g.oh, w: g.ow, ci: g.co, oh: g.h, ow: g.w, co: g.ci, top: 2 - g.top, left: 2 - g.left };
  multiplyTiles(host, back, dy, filter, true, dx, PLAIN);
}

/** Whether {@link winogradBackToInput} is the faster one. */
export function suitsWinogradBack(host: WasmHost, g: ConvGeometry): boolean {
  return g.strideH === 1 && suitsWinograd(host, { ...g, oh: g.h, ow: g.w });
}

function multiplyTiles(
  host: WasmHost,
  g: ConvGeometry,
  x: number,
  filter: FilterTensor,
  turned: boolean,
  y: number,
  end: Epilogue,
): void {
  const numbers = NUMBERS[g.strideH]!;
  const { tileWords, tiles } = tilesOf(g);
  const words = (u: number, v: number, block: number, group: number): number[] => {
    const sizes = [g.h, g.w, g.ci, g.oh, g.ow, g.co, ...tileWords, block, group];
    const rest = [g.strideH, v, filter.address, turned ? 1 : 0];
    return [x, u, y, ...sizes, ...epilogueWords(host, end), ...rest];
  };
  const transform = (u: number): void => {
    const filterWords = [filter.address, u, ...(turned ? [g.co, g.ci] : [g.ci, g.co]), turned ? 1 : 0, g.strideH];
    host.run(wasmCode, "winogradFilter", Math.ceil(g.co / COLUMNS), filterWords, 576 + TEMPORARY);
  };
  const multiply = (u: number): void => {
    const block = Math.min(BLOCK_TILES[g.strideH]!, roundUp(tiles, ROWS));
    let group = Math.min(BLOCK_CHANNELS, roundUp(g.co, COLUMNS));
    const chunks = (): number => Math.ceil(tiles / block) * Math.ceil(g.co / group);
    // Each chunk transforms its tiles anew, so channels are parted further only to give every thread something to do.
    while (chunks() < 2 * host.threads && host.threads > 1 && group > 2 * COLUMNS) group = roundUp(group / 2, COLUMNS);
    const scratch = numbers * (4 * block * (g.ci + group) + 128) + TEMPORARY;
    host.run(wasmCode, "winogradForward", chunks(), words(u, 0, block, group), scratch);
  };
  // For few tiles, every chunk transforms the filters that it needs: they would be many more numbers than the tiles.
  const multiplyFew = (): void => {
    const rows = roundUp(tiles, ROWS);
    host.borrow(numbers * (4 * rows * g.ci + 64), (v) => {
      const few = words(0, v, rows, FEW_CHANNELS);
      host.run(wasmCode, "winogradInput", Math.ceil(tiles / ROWS), few, TEMPORARY);
      const filters = FILTERS * (4 * FEW_CHANNELS * g.ci + 64) + 576;
      const scratch = numbers * (4 * rows * FEW_CHANNELS + 64) + TEMPORARY + filters;
      host.run(wasmCode, "winogradForward", Math.ceil(g.co / FEW_CHANNELS), few, scratch);
    });
  };
  const bytes = FILTERS * (32 * Math.ceil(g.co / COLUMNS) * g.ci + 64);
  withFilter(host, filter.dataId, {
    form: [turned ? "turned" : "plain", g.strideH, g.ci, g.co].join(),
    bytes,
    transform,
    use: multiply,
    useOnce: tiles <= FEW_TILES ? multiplyFew : undefined,
  });
}

/** Up to so many tiles, filters that are used once are transformed by each chunk, for so many channels. */
const FEW_TILES = 48;
const FEW_CHANNELS = 16;

function tilesOf(g: ConvGeometry): { tileWords: number[]; tiles: number } {
  const tileRows = Math.ceil(g.oh / 4);
  const tileColumns = Math.ceil(g.ow / 4);
  const tiles = g.n * tileRows * tileColumns;
  return { tileWords: [g.top, g.left, tileRows, tileColumns, tiles], tiles };
}

/** The gradient by the filter: products of transformed tiles, summed over the tiles in their order. */
export function winogradBackToFilter(host: WasmHost, g: ConvGeometry, x: number, dw: number, dy: number): void {
  const { tileWords, tiles } = tilesOf(g);
  const ciRows = roundUp(g.ci, ROWS);
  const coColumns = roundUp(g.co, COLUMNS);
  // An odd number of cache lines, else the lines of a column would meet in few cache sets.
  const lines = Math.ceil(ciRows / 16);
  const ciStep = 16 * (lines + 1 - (lines % 2));
  const numbers = NUMBERS[g.strideH]!;
  const fitting = roundDown(GRADIENT_BYTES / (4 * numbers * (ciStep + coColumns)), GRADIENT_TILES);
  const block = Math.min(clamp(fitting, 64, 512), roundUp(tiles, GRADIENT_TILES));
  const vBytes = numbers * (4 * block * ciStep + 64);
  const zBytes = numbers * (4 * block * coColumns + 64);
  const productBytes = FILTERS * (4 * ciRows * coColumns + 64);
  const segments = segmentsOf(tiles, productBytes);
  const perSegment = Math.ceil(tiles / segments);
  const sizes = [g.h, g.w, g.ci, g.oh, g.ow, g.co, ...tileWords.slice(0, 4)];
  const words = (v: number, products: number, first: number, count: number, group: number): number[] => {
    const rest = [first, count, block, ciStep, ciRows, group, g.strideH, Math.ceil(tiles / perSegment)];
    return [x, dy, v, v + vBytes, products, dw, ...sizes, ...rest];
  };
  if (segments > 1) {
    host.borrow(segments * productBytes, (products) => {
      const all = words(0, products, 0, tiles, perSegment);
      host.run(wasmCode, "winogradSegment", Math.ceil(tiles / perSegment), all, TEMPORARY + vBytes + zBytes);
      host.run(wasmCode, "winogradFilterGradient", g.ci, all, TEMPORARY);
    });
    return;
  }
  const groups = Math.max(1, Math.floor(ciRows / (ROWS * 8)));
  const rows = roundUp(ciRows / groups, ROWS);
  host.borrow(vBytes + zBytes + productBytes, (v) => {
    const products = v + vBytes + zBytes;
    for (let first = 0; first < tiles; first += block) {
      const count = Math.min(block, tiles - first);
      const transforms = Math.ceil(count / GRADIENT_TILES);
      host.run(wasmCode, "winogradTiles", transforms, words(v, products, first, count, GRADIENT_TILES), TEMPORARY);
      const chunks = FILTERS * Math.ceil(ciRows / rows);
      host.run(wasmCode, "winogradProducts", chunks, words(v, products, first, count, rows));
    }
    host.run(wasmCode, "winogradFilterGradient", g.ci, words(v, products, 0, 0, 0), TEMPORARY);
  });
}

/** How many tiles a segment has at least, how many segments there are at most, and how many bytes of products. */
const SEGMENT_TILES = 64;
const MOST_SEGMENTS = 16;
const SEGMENTS_BYTES = 2 ** 23;

/**
 * Into how many segments the tiles are cut, each with products of its own: the threads then need nothing of each other. It
 * depends on the shapes alone. 1 where the products would take too much memory.
 */
function segmentsOf(tiles: number, productBytes: number): number {
  const most = Math.min(MOST_SEGMENTS, Math.floor(SEGMENTS_BYTES / productBytes), Math.floor(tiles / SEGMENT_TILES));
  return most < 4 ? 1 : most;
}
