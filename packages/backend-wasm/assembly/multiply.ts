import { madd } from "./simd";

/*
 * The two inner loops of all matrix products: 6 rows by 8 columns in twelve registers, which together with the operands
 * are all that V8 gives out (more spill, fewer wait for the processor). Sums run over k in ascending order, one product at
 * a time, so that they do not depend on how the work is cut up.
 */

/** Rows of the left side that are computed together. */
export const ROWS = 6;
/** Columns of the right side that are computed together. */
export const COLUMNS = 8;

/**
 * c[6][8] = (c if `accumulate`) + a b. a is [k / 4][6][4], b is [k][8], k a multiple of 4.
 *
 * @param ldc bytes from one row of c to the next
 */
export function multiplyRows(a: usize, b: usize, k: i32, c: usize, ldc: usize, accumulate: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0);
  let c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0);
  let c51 = f32x4.splat(0);
  if (accumulate) {
    let from = c;
    c00 = v128.load(from);
    c01 = v128.load(from, 16);
    from += ldc;
    c10 = v128.load(from);
    c11 = v128.load(from, 16);
    from += ldc;
    c20 = v128.load(from);
    c21 = v128.load(from, 16);
    from += ldc;
    c30 = v128.load(from);
    c31 = v128.load(from, 16);
    from += ldc;
    c40 = v128.load(from);
    c41 = v128.load(from, 16);
    from += ldc;
    c50 = v128.load(from);
    c51 = v128.load(from, 16);
  }
  const end = b + ((<usize>k) << 5);
  while (b < end) {
    let x: v128;
    let b0 = v128.load(b, 0);
    let b1 = v128.load(b, 16);
    x = v128.load32_splat(a, 0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 16);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 32);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 48);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load32_splat(a, 64);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load32_splat(a, 80);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    x = v128.load32_splat(a, 4);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 20);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 36);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 52);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load32_splat(a, 68);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load32_splat(a, 84);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    b0 = v128.load(b, 64);
    b1 = v128.load(b, 80);
    x = v128.load32_splat(a, 8);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 24);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 40);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 56);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load32_splat(a, 72);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load32_splat(a, 88);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    b0 = v128.load(b, 96);
    b1 = v128.load(b, 112);
    x = v128.load32_splat(a, 12);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 28);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 44);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 60);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load32_splat(a, 76);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load32_splat(a, 92);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    a += 96;
    b += 128;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += ldc;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += ldc;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += ldc;
  v128.store(c, c30);
  v128.store(c, c31, 16);
  c += ldc;
  v128.store(c, c40);
  v128.store(c, c41, 16);
  c += ldc;
  v128.store(c, c50);
  v128.store(c, c51, 16);
}

/**
 * c[6][8] = (c if `accumulate`) + aT b. a is [k][..6..] with `lda` bytes from one k to the next, b is [k][8].
 *
 * @param ldc bytes from one row of c to the next
 */
export function multiplyColumns(a: usize, lda: usize, b: usize, k: i32, c: usize, ldc: usize, accumulate: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0);
  let c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0);
  let c51 = f32x4.splat(0);
  if (accumulate) {
    let from = c;
    c00 = v128.load(from);
    c01 = v128.load(from, 16);
    from += ldc;
    c10 = v128.load(from);
    c11 = v128.load(from, 16);
    from += ldc;
    c20 = v128.load(from);
    c21 = v128.load(from, 16);
    from += ldc;
    c30 = v128.load(from);
    c31 = v128.load(from, 16);
    from += ldc;
    c40 = v128.load(from);
    c41 = v128.load(from, 16);
    from += ldc;
    c50 = v128.load(from);
    c51 = v128.load(from, 16);
  }
  const end = b + ((<usize>k) << 5);
  while (b < end) {
    let x: v128;
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    x = v128.load32_splat(a, 0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load32_splat(a, 16);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load32_splat(a, 20);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    a += lda;
    b += 32;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += ldc;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += ldc;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += ldc;
  v128.store(c, c30);
  v128.store(c, c31, 16);
  c += ldc;
  v128.store(c, c40);
  v128.store(c, c41, 16);
  c += ldc;
  v128.store(c, c50);
  v128.store(c, c51, 16);
}
