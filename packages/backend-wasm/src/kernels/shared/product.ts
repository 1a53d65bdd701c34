import { wasmCode } from "../../host/_wasm-code.ts";
import type { WasmHost } from "../../host/wasm-host.ts";
import { clamp, roundDown, roundUp, type ConvGeometry } from "./conv-geometry.ts";
import { epilogueWords, PLAIN, type Epilogue } from "./epilogue.ts";

/** As in `assembly/multiply.ts`: what the inner loop computes at a time. */
export const ROWS = 6;
export const COLUMNS = 8;

/** How many bytes of a left side one chunk lays out: half of a common second-level cache. */
const LEFT_BYTES = 2 ** 19;
/** What a product at an edge is computed into. */
const EDGE_BYTES = 4 * ROWS * COLUMNS;
/** About how many chunks each thread gets, so that none waits long for the others. */
const CHUNKS_PER_THREAD = 4;

/** Matrices in a row in memory. */
export interface Matrices {
  readonly address: number;
  readonly count: number;
  /** Whether each is stored the other way round. */
  readonly transposed: boolean;
}

/** A single one. */
export function oneMatrix(address: number, transposed = false): Matrices {
  return { address, count: 1, transposed };
}

/** Lays `count` matrices of k x n out as the right side of products, and calls `use` with the address. */
function withRightSide<T>(
  host: WasmHost,
  { address, count, transposed }: Matrices,
  k: number,
  n: number,
  use: (address: number) => T,
): T {
  const panels = Math.ceil(n / COLUMNS);
  return host.borrow(4 * count * panels * roundUp(k, 4) * COLUMNS, (to) => {
    host.run(wasmCode, "packRight", count * panels, [address, to, k, n, transposed ? 1 : 0]);
    return use(to);
  });
}

/** Writes the products of m x k by k x n matrices to `to`. Where one side has only one, it serves for all. */
export function matMul(
  host: WasmHost,
  a: Matrices,
  b: Matrices,
  to: number,
  [m, k, n]: readonly [m: number, k: number, n: number],
  end: Epilogue = PLAIN,
): void {
  const count = Math.max(a.count, b.count);
  const { rows, columns } = chunkSize(host, count * m, k, n, m);
  const chunks = count * Math.ceil(m / rows) * Math.ceil(n / columns);
  withRightSide(host, b, k, n, (right) => {
    const every = [a.count > 1 ? 1 : 0, b.count > 1 ? 1 : 0];
    const words = [a.address, right, to, m, k, n, a.transposed ? 1 : 0, ...every, rows, columns];
    host.run(wasmCode, "matMul", chunks, [...words, ...epilogueWords(host, end)], leftBytes(rows, k));
  });
}

/** Any convolution. */
export function convolve(host: WasmHost, g: ConvGeometry, x: number, filter: number, y: number, end: Epilogue): void {
  const taps = g.kh * g.kw * g.ci;
  const places = g.n * g.oh * g.ow;
  const { rows, columns } = chunkSize(host, places, taps, g.co, places);
  const chunks = Math.ceil(places / rows) * Math.ceil(g.co / columns);
  withRightSide(host, oneMatrix(filter), taps, g.co, (right) => {
    const words = [...convolutionWords(g, x, right, y), rows, columns, ...epilogueWords(host, end)];
    host.run(wasmCode, "convolve", chunks, words, leftBytes(rows, taps) + 4 * roundUp(taps, 4));
  });
}

/** The gradient of any convolution by its input. */
export function convolveBackToInput(host: WasmHost, g: ConvGeometry, dx: number, filter: number, dy: number): void {
  const taps = g.kh * g.kw * g.ci;
  const rows = clamp(roundDown(LEFT_BYTES / (4 * taps), ROWS), ROWS, 8 * ROWS);
  withRightSide(host, oneMatrix(filter, true), g.co, taps, (right) => {
    const words = [...convolutionWords(g, dx, right, dy), rows, 0, ...epilogueWords(host, PLAIN)];
    host.run(wasmCode, "convolveBackToInput", g.n, words, leftBytes(rows, g.co) + 4 * rows * taps);
  });
}

/** The gradient of any convolution by its filter. */
export function convolveBackToFilter(host: WasmHost, g: ConvGeometry, x: number, dw: number, dy: number): void {
  const taps = g.kh * g.kw * g.ci;
  const places = g.n * g.oh * g.ow;
  const rows = clamp(roundUp(taps / (CHUNKS_PER_THREAD * host.threads), ROWS), ROWS, 8 * ROWS);
  withRightSide(host, oneMatrix(dy), places, g.co, (right) => {
    const words = [...convolutionWords(g, x, dw, right), rows, 0, ...epilogueWords(host, PLAIN)];
    const scratch = 4 * rows * (roundUp(g.co, COLUMNS) + PLACES);
    host.run(wasmCode, "convolveBackToFilter", Math.ceil(taps / rows), words, scratch);
  });
}

/** As in `assembly/convolution.ts`: how many places are taken at a time. */
const PLACES = 192;

function convolutionWords(g: ConvGeometry, x: number, filter: number, y: number): number[] {
  const sizes = [g.n, g.h, g.w, g.ci, g.oh, g.ow, g.co, g.kh, g.kw];
  return [x, filter, y, ...sizes, g.strideH, g.strideW, g.dilationH, g.dilationW, g.top, g.left];
}

/** Rows and columns of one chunk of a product: as much of the left side as the cache holds, and work for all threads. */
function chunkSize(
  host: WasmHost,
  rowsInAll: number,
  k: number,
  n: number,
  mostRows: number,
): { rows: number; columns: number } {
  const wanted = CHUNKS_PER_THREAD * host.threads;
  const fair = host.threads === 1 ? Infinity : roundUp(rowsInAll / wanted, ROWS);
  const rows = Math.min(clamp(roundDown(LEFT_BYTES / (4 * k), ROWS), ROWS, 16 * ROWS), fair, roundUp(mostRows, ROWS));
  const down = Math.ceil(rowsInAll / rows);
  // Each chunk lays its left side out anew, so columns are parted only where rows do not suffice.
  const across = host.threads === 1 ? 1 : Math.ceil(wanted / down);
  return { rows: Math.max(ROWS, rows), columns: Math.max(4 * COLUMNS, roundUp(n / across, COLUMNS)) };
}

function leftBytes(rows: number, k: number): number {
  return EDGE_BYTES + 4 * roundUp(rows, ROWS) * roundUp(k, 4);
}
