import { COLUMNS, ROWS, multiplyRows } from "./multiply";
import { copy } from "./simd";

/** How far into the depth of a product both sides are taken at a time, so that they stay in the first cache. */
const DEPTH = 384;

/**
 * c = a b for some rows and columns.
 *
 * @param a [rows / 6][k / 4][6][4]
 * @param b [columns / 8][k][8]
 * @param rows how many there are; those up to the next multiple of six are computed and dropped, likewise `columns`
 * @param k a multiple of four
 * @param ldc bytes from one row of c to the next
 * @param edge memory for 48 numbers
 */
export function multiplyBlock(
  a: usize,
  b: usize,
  k: i32,
  rows: i32,
  columns: i32,
  c: usize,
  ldc: usize,
  edge: usize,
): void {
  const aStep = (<usize>(ROWS * k)) << 2;
  const bStep = (<usize>k) << 5;
  for (let begin = 0; begin < k; begin += DEPTH) {
    const depth = min(DEPTH, k - begin);
    let right = b + ((<usize>begin) << 5);
    for (let j = 0; j < columns; j += COLUMNS) {
      let left = a + <usize>begin * (4 * ROWS);
      for (let i = 0; i < rows; i += ROWS) {
        const place = c + <usize>i * ldc + ((<usize>j) << 2);
        const height = min(ROWS, rows - i);
        const width = min(COLUMNS, columns - j);
        if (height == ROWS && width == COLUMNS) {
          multiplyRows(left, right, depth, place, ldc, begin > 0);
        } else {
          if (begin > 0) move(place, ldc, edge, 4 * COLUMNS, height, width);
          multiplyRows(left, right, depth, edge, 4 * COLUMNS, begin > 0);
          move(edge, 4 * COLUMNS, place, ldc, height, width);
        }
        left += aStep;
      }
      right += bStep;
    }
  }
}

/** Copies a few rows. */
export function move(from: usize, fromStep: usize, to: usize, toStep: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    copy(to, from, columns);
    from += fromStep;
    to += toStep;
  }
}

/** Adds a number per column, where there is a bias, and keeps the results between two numbers. */
export function finish(c: usize, ldc: usize, rows: i32, columns: i32, bias: usize, low: f32, high: f32): void {
  if (!bias && low == -Infinity && high == Infinity) return;
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const place = c + ((<usize>j) << 2);
      let value = v128.load(place);
      if (bias) value = f32x4.add(value, v128.load(bias + ((<usize>j) << 2)));
      v128.store(place, f32x4.pmin(f32x4.pmax(value, f32x4.splat(low)), f32x4.splat(high)));
    }
    for (; j < columns; j++) {
      const place = c + ((<usize>j) << 2);
      let value = load<f32>(place);
      if (bias) value += load<f32>(bias + ((<usize>j) << 2));
      if (value < low) value = low;
      if (value > high) value = high;
      store<f32>(place, value);
    }
    c += ldc;
  }
}
