/** Whether one of the values is NaN. */
export function holdsNaN(x: usize, size: i32): bool {
  const end = x + ((<usize>size) << 2);
  let found = i32x4.splat(0);
  for (; x + 16 <= end; x += 16) {
    const values = v128.load(x);
    found = v128.or(found, f32x4.ne(values, values));
  }
  let any = v128.any_true(found);
  for (; x < end; x += 4) any = any || load<f32>(x) != load<f32>(x);
  return any;
}

/** Makes all of the values NaN. */
export function spoil(to: usize, size: i32): void {
  const end = to + ((<usize>size) << 2);
  for (; to < end; to += 4) store<f32>(to, NaN);
}
