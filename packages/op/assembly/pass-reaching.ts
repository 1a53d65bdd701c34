import { holdsNaN, spoil } from "./nan";
import { Samples } from "./samples";

/** Dy where x reaches `limit`, else 0; NaN throughout a sample that holds one. */
export function passReaching(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Samples>(p);
  for (let sample = g.first(chunk); sample < g.end(chunk); sample++) {
    const offset = g.offset(sample);
    if (holdsNaN(g.x + offset, g.size)) spoil(g.to + offset, g.size);
    else pass(g.x + offset, g.dy + offset, g.limit, g.to + offset, g.size);
  }
}

function pass(x: usize, dy: usize, limit: f32, to: usize, size: i32): void {
  const limits = f32x4.splat(limit);
  const end = x + ((<usize>size) << 2);
  for (; x + 16 <= end; x += 16, dy += 16, to += 16) {
    v128.store(to, v128.and(v128.load(dy), f32x4.ge(v128.load(x), limits)));
  }
  for (; x < end; x += 4, dy += 4, to += 4) store<i32>(to, load<f32>(x) >= limit ? load<i32>(dy) : 0);
}
