import { holdsNaN } from "./nan";
import { Samples } from "./samples";

/** Dy where x reaches `limit`, else 0; NaN throughout a sample that holds one. */
export function passReaching(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Samples>(p);
  for (let sample = g.first(chunk); sample < g.end(chunk); sample++) {
    const offset = g.offset(sample);
    const limit = holdsNaN(g.x + offset, g.size) ? <f32>NaN : g.limit;
    passWinners(g.x + offset, g.dy + offset, limit, g.to + offset, g.size);
  }
}

/** Bits are copied, never multiplied: 0 times infinity would be NaN. All is NaN where the threshold is. */
export function passWinners(x: usize, from: usize, threshold: f32, to: usize, size: i32): void {
  const loser: f32 = threshold == threshold ? 0 : NaN;
  const limits = f32x4.splat(threshold);
  const losers = f32x4.splat(loser);
  const end = x + ((<usize>size) << 2);
  for (; x + 16 <= end; x += 16, from += 16, to += 16) {
    v128.store(to, v128.bitselect(v128.load(from), losers, f32x4.ge(v128.load(x), limits)));
  }
  for (; x < end; x += 4, from += 4, to += 4) {
    if (load<f32>(x) >= threshold) store<i32>(to, load<i32>(from));
    else store<f32>(to, loser);
  }
}
