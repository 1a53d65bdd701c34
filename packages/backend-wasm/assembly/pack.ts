import { COLUMNS, ROWS } from "./multiply";
import { clear, roundUp, transpose4 } from "./simd";

/** The right side of matrix products: `count` matrices of k x n. */
@unmanaged
class RightSide {
  from: usize;
  /** [count][n / 8][k rounded up to 4][8], the rest zero. */
  to: usize;
  k: i32;
  n: i32;
  /** Whether `from` is n x k. */
  transposed: i32;
}

/** Lays one panel, eight columns of one matrix, out for the products. */
export function packRight(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<RightSide>(p);
  const panels = roundUp(g.n, COLUMNS) / COLUMNS;
  const column = (chunk % panels) * COLUMNS;
  const columns = min(COLUMNS, g.n - column);
  const depth = roundUp(g.k, 4);
  const from = g.from + ((<usize>(chunk / panels)) * g.k * g.n << 2);
  const to = g.to + ((<usize>chunk) * depth << 5);
  if (g.transposed) packTransposed(from + ((<usize>column) * g.k << 2), g.k, columns, to);
  else packPlain(from + ((<usize>column) << 2), g.k, g.n, columns, to);
  if (g.k < depth) clear(to + ((<usize>g.k) << 5), (depth - g.k) * COLUMNS);
}

function packPlain(from: usize, k: i32, n: i32, columns: i32, to: usize): void {
  const step = (<usize>n) << 2;
  const end = to + ((<usize>k) << 5);
  for (; to < end; to += 32, from += step) {
    if (columns == COLUMNS) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    } else {
      for (let j = 0; j < COLUMNS; j++) {
        store<f32>(to + ((<usize>j) << 2), j < columns ? load<f32>(from + ((<usize>j) << 2)) : 0);
      }
    }
  }
}

function packTransposed(from: usize, k: i32, columns: i32, to: usize): void {
  const step = (<usize>k) << 2;
  let i = 0;
  if (columns == COLUMNS) {
    for (; i + 4 <= k; i += 4) {
      transpose4(from + ((<usize>i) << 2), step, to + ((<usize>i) << 5), 32);
      transpose4(from + ((<usize>i) << 2) + 4 * step, step, to + ((<usize>i) << 5) + 16, 32);
    }
  }
  for (; i < k; i++) {
    for (let j = 0; j < COLUMNS; j++) {
      const value: f32 = j < columns ? load<f32>(from + (<usize>j) * step + ((<usize>i) << 2)) : 0;
      store<f32>(to + ((<usize>i) << 5) + ((<usize>j) << 2), value);
    }
  }
}

/**
 * Puts `count` numbers of one row of a left side, from its `index`-th on, to their places in [k / 4][6][4].
 *
 * @param to the row's place in its group of six
 */
export function packRow(from: usize, step: usize, count: i32, to: usize, index: i32): void {
  let i = 0;
  if (step == 4 && (index & 3) == 0) {
    let place = to + (<usize>(index >> 2)) * (16 * ROWS);
    for (; i + 4 <= count; i += 4) {
      v128.store(place, v128.load(from));
      from += 16;
      place += 16 * ROWS;
    }
  }
  for (; i < count; i++) {
    store<f32>(placeOf(to, index + i), load<f32>(from));
    from += step;
  }
}

/** As {@link packRow}, zeros. */
export function packZeros(count: i32, to: usize, index: i32): void {
  for (let i = index; i < index + count; i++) store<f32>(placeOf(to, i), 0);
}

// @ts-ignore: decorator
@inline
function placeOf(to: usize, index: i32): usize {
  return to + (<usize>(index >> 2)) * (16 * ROWS) + ((<usize>(index & 3)) << 2);
}
