import { COLUMNS, ROWS } from "./multiply";
import { packRow, packZeros } from "./pack";
import { finish, multiplyBlock } from "./product";
import { roundUp } from "./simd";

/** Products of matrices: c[i] = a[i] b[i], each m x k by k x n. */
@unmanaged
class MatMul {
  a: usize;
  /** As `packRight` leaves it. */
  b: usize;
  c: usize;
  m: i32;
  k: i32;
  n: i32;
  /** Whether each a is k x m. */
  transposed: i32;
  /** Matrices of c to one matrix of a and of b: 0 where there is one for all. */
  aEvery: i32;
  bEvery: i32;
  /** How many rows (a multiple of six) and columns (a multiple of eight) one chunk has. */
  rows: i32;
  columns: i32;
  bias: usize;
  low: f32;
  high: f32;
}

export function matMul(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<MatMul>(p);
  const across = (g.n + g.columns - 1) / g.columns;
  const down = (g.m + g.rows - 1) / g.rows;
  const matrix = chunk / (across * down);
  const row = ((chunk / across) % down) * g.rows;
  const column = (chunk % across) * g.columns;
  const rows = min(g.rows, g.m - row);
  const columns = min(g.columns, g.n - column);
  const depth = roundUp(g.k, 4);
  const a = g.a + ((<usize>(matrix * g.aEvery) * g.m * g.k) << 2);
  const panels = roundUp(g.n, COLUMNS) / COLUMNS;
  const b = g.b + ((<usize>(matrix * g.bEvery * panels + column / COLUMNS) * depth) << 5);
  const c = g.c + (((<usize>matrix * g.m + row) * g.n + column) << 2);
  const left = scratch + 4 * ROWS * COLUMNS;
  for (let i = 0; i < rows; i++) {
    const to = left + <usize>(i / ROWS) * ((<usize>(ROWS * depth)) << 2) + <usize>(i % ROWS) * 16;
    if (g.transposed) packRow(a + ((<usize>(row + i)) << 2), (<usize>g.m) << 2, g.k, to, 0);
    else packRow(a + ((<usize>(row + i) * g.k) << 2), 4, g.k, to, 0);
    if (g.k < depth) packZeros(depth - g.k, to, g.k);
  }
  multiplyBlock(left, b, depth, rows, columns, c, (<usize>g.n) << 2, scratch);
  const bias = g.bias ? g.bias + ((<usize>column) << 2) : 0;
  finish(c, (<usize>g.n) << 2, rows, columns, bias, g.low, g.high);
}
