/*
 * AssemblyScript, not TypeScript. Every kernel has the signature `(p, chunk, scratch)`: the address of its parameters, which
 * part of the work to do, and the address of memory that this thread has for itself. It keeps nothing between calls.
 */

/** `a * b + c`, rounded once in the relaxed build where the processor can. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** `value` rounded up to a multiple of `step`. */
// @ts-ignore: decorator
@inline
export function roundUp(value: i32, step: i32): i32 {
  return ((value + step - 1) / step) * step;
}

export function clear(to: usize, floats: i32): void {
  memory.fill(to, 0, (<usize>floats) << 2);
}

/** Adds the numbers at `from` to those at `to`. */
export function add(to: usize, from: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    to += 16;
    from += 16;
  }
  for (; i < count; i++) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    to += 4;
    from += 4;
  }
}

export function copy(to: usize, from: usize, floats: i32): void {
  // Short runs are faster in a loop than as a call.
  if (floats > 64) {
    memory.copy(to, from, (<usize>floats) << 2);
    return;
  }
  const end = to + ((<usize>floats) << 2);
  while (to + 16 <= end) {
    v128.store(to, v128.load(from));
    to += 16;
    from += 16;
  }
  while (to < end) {
    store<f32>(to, load<f32>(from));
    to += 4;
    from += 4;
  }
}

/** Four rows of four numbers to four rows, exchanged; steps in bytes. */
// @ts-ignore: decorator
@inline
export function transpose4(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + fromStep);
  const c = v128.load(from + 2 * fromStep);
  const d = v128.load(from + 3 * fromStep);
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
  v128.store(to + toStep, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7));
  v128.store(to + 2 * toStep, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  v128.store(to + 3 * toStep, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}
