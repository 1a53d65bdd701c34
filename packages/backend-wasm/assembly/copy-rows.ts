import { copy } from "./simd";

/** Rows that lie apart, to rows that lie apart otherwise. */
@unmanaged
class Copy {
  from: usize;
  to: usize;
  rows: i32;
  /** How many numbers of a row are copied. */
  floats: i32;
  /** How many there are from one row to the next. */
  fromStep: i32;
  toStep: i32;
  /** How many rows one chunk has. */
  block: i32;
}

export function copyRows(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Copy>(p);
  const first = chunk * g.block;
  const end = min(first + g.block, g.rows);
  let from = g.from + ((<usize>first) * g.fromStep << 2);
  let to = g.to + ((<usize>first) * g.toStep << 2);
  for (let row = first; row < end; row++) {
    copy(to, from, g.floats);
    from += (<usize>g.fromStep) << 2;
    to += (<usize>g.toStep) << 2;
  }
}
