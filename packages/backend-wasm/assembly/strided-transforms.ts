import { loadInside, plus, scaled } from "./winograd-transforms";

/*
 * The transforms for 3x3 filters with stride 2. Along each axis the middle tap meets every other number, and the outer two
 * meet those between as a filter of two taps with stride 1, for which there is F(4, 2) with the points 0, 1, -1, 2 and
 * infinity. So 4 outputs take 5 + 4 products instead of 12; those of the middle tap need no transform.
 */

// @ts-ignore: decorator
@inline
function storeInput(
  to: usize,
  step: usize,
  d0: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  d4: v128,
  d5: v128,
  d6: v128,
  d7: v128,
  d8: v128,
): void {
  v128.store(to, f32x4.add(plus(scaled(d0, 2), -2, d4), f32x4.sub(d6, d2)));
  v128.store(to + step, f32x4.sub(plus(d6, -2, d2), d4));
  v128.store(to + 2 * step, plus(plus(d6, 2, d2), -3, d4));
  v128.store(to + 3 * step, f32x4.sub(d6, d2));
  v128.store(to + 4 * step, f32x4.sub(plus(plus(d8, 2, d2), -2, d6), d4));
  v128.store(to + 5 * step, d1);
  v128.store(to + 6 * step, d3);
  v128.store(to + 7 * step, d5);
  v128.store(to + 8 * step, d7);
}

/** The 9x9 numbers at `from`, with zeros outside of the rows `top` to `bottom` and the columns `left` to `right`, to 81. */
export function transformStridedInput(
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
  for (let i = 0; i < 9; i++) {
    const end = i >= left && i < right ? bottom : 0;
    let row = from;
    const d0 = loadInside(row, 0, top, end);
    const d1 = loadInside((row += rowStep), 1, top, end);
    const d2 = loadInside((row += rowStep), 2, top, end);
    const d3 = loadInside((row += rowStep), 3, top, end);
    const d4 = loadInside((row += rowStep), 4, top, end);
    const d5 = loadInside((row += rowStep), 5, top, end);
    const d6 = loadInside((row += rowStep), 6, top, end);
    const d7 = loadInside((row += rowStep), 7, top, end);
    const d8 = loadInside((row += rowStep), 8, top, end);
    storeInput(column, 144, d0, d1, d2, d3, d4, d5, d6, d7, d8);
    from += columnStep;
    column += 16;
  }
  for (let row = 0; row < 9; row++) {
    storeInput(
      to,
      step,
      v128.load(temporary),
      v128.load(temporary, 16),
      v128.load(temporary, 32),
      v128.load(temporary, 48),
      v128.load(temporary, 64),
      v128.load(temporary, 80),
      v128.load(temporary, 96),
      v128.load(temporary, 112),
      v128.load(temporary, 128),
    );
    temporary += 144;
    to += 9 * step;
  }
}

// @ts-ignore: decorator
@inline
function storeOutput(
  to: usize,
  step: usize,
  m0: v128,
  m1: v128,
  m2: v128,
  m3: v128,
  m4: v128,
  m5: v128,
  m6: v128,
  m7: v128,
  m8: v128,
): void {
  const sum = f32x4.add(m1, m2);
  const difference = f32x4.sub(m1, m2);
  v128.store(to, f32x4.add(f32x4.add(f32x4.add(m0, sum), m3), m5));
  v128.store(to + step, f32x4.add(plus(difference, 2, m3), m6));
  v128.store(to + 2 * step, f32x4.add(plus(sum, 4, m3), m7));
  v128.store(to + 3 * step, f32x4.add(f32x4.add(plus(difference, 8, m3), m4), m8));
}

/** 81 numbers, `step` bytes apart, to 4x4, of which each row begins 64 bytes after the one before. */
export function transformStridedOutput(from: usize, step: usize, to: usize, temporary: usize): void {
  let column = temporary;
  for (let i = 0; i < 9; i++) {
    const m0 = v128.load(from);
    const m1 = v128.load(from + 9 * step);
    const m2 = v128.load(from + 18 * step);
    const m3 = v128.load(from + 27 * step);
    const m4 = v128.load(from + 36 * step);
    const m5 = v128.load(from + 45 * step);
    const m6 = v128.load(from + 54 * step);
    const m7 = v128.load(from + 63 * step);
    const m8 = v128.load(from + 72 * step);
    storeOutput(column, 144, m0, m1, m2, m3, m4, m5, m6, m7, m8);
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
      v128.load(temporary, 96),
      v128.load(temporary, 112),
      v128.load(temporary, 128),
    );
    temporary += 144;
    to += 64;
  }
}

// @ts-ignore: decorator
@inline
function storeFilter(to: usize, step: usize, g0: v128, g1: v128, g2: v128): void {
  v128.store(to, scaled(g0, 0.5));
  v128.store(to + step, scaled(f32x4.add(g0, g2), -0.5));
  v128.store(to + 2 * step, scaled(f32x4.sub(g2, g0), 1.0 / 6));
  v128.store(to + 3 * step, plus(scaled(g0, 1.0 / 6), 1.0 / 3, g2));
  v128.store(to + 4 * step, g2);
  v128.store(to + 5 * step, g1);
}

/** Nine vectors that lie one behind the other to the 36 that {@link sharedFilter} tells of. */
export function transformStridedFilter(from: usize, to: usize, step: usize, temporary: usize): void {
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

/** Which of 36 transformed filters belongs to one of the 81 products: the four of a middle tap share one. */
// @ts-ignore: decorator
@inline
export function sharedFilter(e: i32): i32 {
  return min(e / 9, 5) * 6 + min(e % 9, 5);
}
