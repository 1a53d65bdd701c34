import { loadInside, plus, scaled } from "./winograd-transforms";

// The adjoints of winograd-transforms.ts, for gradients.

// @ts-ignore: decorator
@inline
function storeOutputGradient(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
  const even = f32x4.add(d0, d2);
  const odd = f32x4.add(d1, d3);
  const evenTwo = plus(d0, 4, d2);
  const oddTwo = plus(scaled(d1, 2), 8, d3);
  v128.store(to, d0);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + 2 * step, f32x4.sub(even, odd));
  v128.store(to + 3 * step, f32x4.add(evenTwo, oddTwo));
  v128.store(to + 4 * step, f32x4.sub(evenTwo, oddTwo));
  v128.store(to + 5 * step, d3);
}

/**
 * `A dy AT` of the 4x4 numbers at `from`, of which only `rows` x `columns` exist; the others are zero.
 *
 * @param rowStep, columnStep bytes from one number to the next
 * @param step bytes from one result to the next
 */
export function transformOutputGradient(
  from: usize,
  rowStep: usize,
  columnStep: usize,
  rows: i32,
  columns: i32,
  to: usize,
  step: usize,
  temporary: usize,
): void {
  let column = temporary;
  for (let i = 0; i < 4; i++) {
    const end = i < columns ? rows : 0;
    let row = from;
    const d0 = loadInside(row, 0, 0, end);
    const d1 = loadInside((row += rowStep), 1, 0, end);
    const d2 = loadInside((row += rowStep), 2, 0, end);
    const d3 = loadInside((row += rowStep), 3, 0, end);
    storeOutputGradient(column, 64, d0, d1, d2, d3);
    from += columnStep;
    column += 16;
  }
  for (let row = 0; row < 6; row++) {
    storeOutputGradient(
      to,
      step,
      v128.load(temporary),
      v128.load(temporary, 16),
      v128.load(temporary, 32),
      v128.load(temporary, 48),
    );
    temporary += 64;
    to += 6 * step;
  }
}

// @ts-ignore: decorator
@inline
function storeFilterGradient(to: usize, step: usize, p0: v128, p1: v128, p2: v128, p3: v128, p4: v128, p5: v128): void {
  const sum = scaled(f32x4.add(p1, p2), -1.0 / 6);
  const sumTwo = f32x4.add(p3, p4);
  v128.store(to, plus(plus(sum, 1.0 / 24, sumTwo), 0.25, p0));
  v128.store(to + step, plus(scaled(f32x4.sub(p2, p1), 1.0 / 6), 1.0 / 12, f32x4.sub(p3, p4)));
  v128.store(to + 2 * step, f32x4.add(plus(sum, 1.0 / 6, sumTwo), p5));
}

/** `GT p G`: 36 numbers, `step` bytes apart, to 3x3, `resultStep` bytes apart. */
export function transformFilterGradient(
  from: usize,
  step: usize,
  to: usize,
  resultStep: usize,
  temporary: usize,
): void {
  let column = temporary;
  for (let i = 0; i < 6; i++) {
    const p0 = v128.load(from);
    const p1 = v128.load(from + 6 * step);
    const p2 = v128.load(from + 12 * step);
    const p3 = v128.load(from + 18 * step);
    const p4 = v128.load(from + 24 * step);
    const p5 = v128.load(from + 30 * step);
    storeFilterGradient(column, 96, p0, p1, p2, p3, p4, p5);
    from += step;
    column += 16;
  }
  for (let row = 0; row < 3; row++) {
    storeFilterGradient(
      to,
      resultStep,
      v128.load(temporary),
      v128.load(temporary, 16),
      v128.load(temporary, 32),
      v128.load(temporary, 48),
      v128.load(temporary, 64),
      v128.load(temporary, 80),
    );
    temporary += 96;
    to += 3 * resultStep;
  }
}
