import { madd } from "./simd";

/*
 * The transforms of Winograd's F(4x4, 3x3) with the points 0, 1, -1, 2, -2 and infinity (Lavin and Gray, 2016), each on four
 * channels at a time: along the columns into 576 bytes of memory of its own, then along the rows.
 */

/** Bytes that a transform needs for itself. */
export const TEMPORARY = 1296;

// @ts-ignore: decorator
@inline
export function scaled(a: v128, factor: f32): v128 {
  return f32x4.mul(a, f32x4.splat(factor));
}

// @ts-ignore: decorator
@inline
export function plus(a: v128, factor: f32, b: v128): v128 {
  return madd(b, f32x4.splat(factor), a);
}

// @ts-ignore: decorator
@inline
function storeInput(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128): void {
  const even = plus(d4, -4, d2);
  const odd = plus(d3, -4, d1);
  const evenTwo = f32x4.sub(d4, d2);
  const oddTwo = scaled(f32x4.sub(d3, d1), 2);
  v128.store(to, plus(plus(d4, -5, d2), 4, d0));
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + 2 * step, f32x4.sub(even, odd));
  v128.store(to + 3 * step, f32x4.add(evenTwo, oddTwo));
  v128.store(to + 4 * step, f32x4.sub(evenTwo, oddTwo));
  v128.store(to + 5 * step, plus(plus(d5, -5, d3), 4, d1));
}

// @ts-ignore: decorator
@inline
function storeInputRows(temporary: usize, to: usize, step: usize): void {
  for (let row = 0; row < 6; row++) {
    storeInput(
      to,
      step,
      v128.load(temporary),
      v128.load(temporary, 16),
      v128.load(temporary, 32),
      v128.load(temporary, 48),
      v128.load(temporary, 64),
      v128.load(temporary, 80),
    );
    temporary += 96;
    to += 6 * step;
  }
}

/**
 * `BT d B` of the 6x6 numbers at `from`.
 *
 * @param rowStep, columnStep bytes from one number to the next
 * @param step bytes from one result to the next
 */
export function transformInput(
  from: usize,
  rowStep: usize,
  columnStep: usize,
  to: usize,
  step: usize,
  temporary: usize,
): void {
  let column = temporary;
  for (let i = 0; i < 6; i++) {
    let row = from;
    const d0 = v128.load(row);
    const d1 = v128.load((row += rowStep));
    const d2 = v128.load((row += rowStep));
    const d3 = v128.load((row += rowStep));
    const d4 = v128.load((row += rowStep));
    const d5 = v128.load((row += rowStep));
    storeInput(column, 96, d0, d1, d2, d3, d4, d5);
    from += columnStep;
    column += 16;
  }
  storeInputRows(temporary, to, step);
}

// @ts-ignore: decorator
@inline
export function loadInside(from: usize, index: i32, first: i32, end: i32): v128 {
  return index >= first && index < end ? v128.load(from) : f32x4.splat(0);
}

/** As {@link transformInput}, with zeros outside of the rows `top` to `bottom` and the columns `left` to `right`. */
export function transformInputAtBorder(
  from: usize,
  rowStep: usize,
  columnStep: usize,
  to: usize,
  step: usize,
  temporary: usize,
  top: i32,
  bottom: i32,
  left: i32,
  right: i32,
): void {
  let column = temporary;
  for (let i = 0; i < 6; i++) {
    const end = i >= left && i < right ? bottom : 0;
    let row = from;
    const d0 = loadInside(row, 0, top, end);
    const d1 = loadInside((row += rowStep), 1, top, end);
    const d2 = loadInside((row += rowStep), 2, top, end);
    const d3 = loadInside((row += rowStep), 3, top, end);
    const d4 = loadInside((row += rowStep), 4, top, end);
    const d5 = loadInside((row += rowStep), 5, top, end);
    storeInput(column, 96, d0, d1, d2, d3, d4, d5);
    from += columnStep;
    column += 16;
  }
  storeInputRows(temporary, to, step);
}

// @ts-ignore: decorator
@inline
function storeOutput(to: usize, step: usize, m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128): void {
  const sum = f32x4.add(m1, m2);
  const difference = f32x4.sub(m1, m2);
  const sumTwo = f32x4.add(m3, m4);
  const differenceTwo = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(m0, sum), sumTwo));
  v128.store(to + step, plus(difference, 2, differenceTwo));
  v128.store(to + 2 * step, plus(sum, 4, sumTwo));
  v128.store(to + 3 * step, f32x4.add(plus(difference, 8, differenceTwo), m5));
}

/** `AT m A`: 36 numbers, `step` bytes apart, to 4x4, of which each row begins 64 bytes after the one before. */
export function transformOutput(from: usize, step: usize, to: usize, temporary: usize): void {
  let column = temporary;
  for (let i = 0; i < 6; i++) {
    const m0 = v128.load(from);
    const m1 = v128.load(from + 6 * step);
    const m2 = v128.load(from + 12 * step);
    const m3 = v128.load(from + 18 * step);
    const m4 = v128.load(from + 24 * step);
    const m5 = v128.load(from + 30 * step);
    storeOutput(column, 96, m0, m1, m2, m3, m4, m5);
    from += step;
    column += 16;
  }
  for (let row = 0; row < 4; row++) {
    storeOutput(
      to,
      16,
      v128.load(temporary),
      v128.load(temporary, 16),
      v128.load(temporary, 32),
      v128.load(temporary, 48),
      v128.load(temporary, 64),
      v128.load(temporary, 80),
    );
    temporary += 96;
    to += 64;
  }
}

// @ts-ignore: decorator
@inline
function storeFilter(to: usize, step: usize, g0: v128, g1: v128, g2: v128): void {
  const sum = scaled(f32x4.add(g0, g2), -1.0 / 6);
  const middle = scaled(g1, 1.0 / 6);
  const sumTwo = plus(scaled(g0, 1.0 / 24), 1.0 / 6, g2);
  const middleTwo = scaled(g1, 1.0 / 12);
  v128.store(to, scaled(g0, 0.25));
  v128.store(to + step, f32x4.sub(sum, middle));
  v128.store(to + 2 * step, f32x4.add(sum, middle));
  v128.store(to + 3 * step, f32x4.add(sumTwo, middleTwo));
  v128.store(to + 4 * step, f32x4.sub(sumTwo, middleTwo));
  v128.store(to + 5 * step, g2);
}

/** `G g GT` of nine vectors that lie one behind the other; `step` bytes from one result to the next. */
export function transformFilter(from: usize, to: usize, step: usize, temporary: usize): void {
  let column = temporary;
  for (let i = 0; i < 3; i++) {
    storeFilter(column, 48, v128.load(from), v128.load(from, 48), v128.load(from, 96));
    from += 16;
    column += 16;
  }
  for (let row = 0; row < 6; row++) {
    storeFilter(to, step, v128.load(temporary), v128.load(temporary, 16), v128.load(temporary, 32));
    temporary += 48;
    to += 6 * step;
  }
}
