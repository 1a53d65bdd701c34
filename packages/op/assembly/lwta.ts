import { gateSlope, gateSlopeOf, steepnessOf } from "./gate";
import { holdsNaN, spoil } from "./nan";
import { Samples } from "./samples";

/** Dy where x is the largest of its group, else 0; NaN throughout a sample that holds one. With x for dy it is the output. */
export function lwtaPass(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Samples>(p);
  for (let sample = g.first(chunk); sample < g.end(chunk); sample++) {
    const offset = g.offset(sample);
    passWinners(g.x + offset, g.dy + offset, g.group, g.to + offset, g.size);
  }
}

/**
 * The gradient of `x * sigmoid((x - r) / (T s))`, r the best of the others of the group; the exact one where `T s` is no positive
 * finite number.
 */
export function lwtaGateGrad(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Samples>(p);
  for (let sample = g.first(chunk); sample < g.end(chunk); sample++) {
    const offset = g.offset(sample);
    const x = g.x + offset;
    const dy = g.dy + offset;
    const to = g.to + offset;
    const steepness = steepnessOf(x, load<f32>(x), g.size, g.temperature);
    if (steepness == 0) passWinners(x, dy, g.group, to, g.size);
    else if (g.group == 2) passPairGates(x, dy, steepness, to, g.size);
    else passGates(x, dy, g.group, steepness, to, g.size);
  }
}

function passWinners(x: usize, dy: usize, group: i32, to: usize, size: i32): void {
  if (holdsNaN(x, size)) spoil(to, size);
  else if (group == 2) passPairWinners(x, dy, to, size);
  else passGroupWinners(x, dy, group, to, size);
}

function passPairWinners(x: usize, dy: usize, to: usize, size: i32): void {
  const end = x + ((<usize>size) << 2);
  for (; x + 16 <= end; x += 16, dy += 16, to += 16) {
    const values = v128.load(x);
    v128.store(to, v128.and(v128.load(dy), f32x4.ge(values, exchanged(values))));
  }
  for (; x < end; x += 8, dy += 8, to += 8) {
    const a = load<f32>(x);
    const b = load<f32>(x, 4);
    store<i32>(to, a >= b ? load<i32>(dy) : 0);
    store<i32>(to, b >= a ? load<i32>(dy, 4) : 0, 4);
  }
}

/** Each value's neighbour in its pair. */
// @ts-ignore: decorator
@inline
function exchanged(values: v128): v128 {
  return i32x4.shuffle(values, values, 1, 0, 3, 2);
}

function passGroupWinners(x: usize, dy: usize, group: i32, to: usize, size: i32): void {
  const bytes = (<usize>group) << 2;
  const end = x + ((<usize>size) << 2);
  for (; x < end; x += bytes, dy += bytes, to += bytes) {
    let best = load<f32>(x);
    for (let i: usize = 4; i < bytes; i += 4) best = max(best, load<f32>(x + i));
    for (let i: usize = 0; i < bytes; i += 4) store<i32>(to + i, load<f32>(x + i) == best ? load<i32>(dy + i) : 0);
  }
}

function passPairGates(x: usize, dy: usize, steepness: f32, to: usize, size: i32): void {
  const factors = f32x4.splat(steepness);
  const end = x + ((<usize>size) << 2);
  for (; x + 16 <= end; x += 16, dy += 16, to += 16) {
    const values = v128.load(x);
    const u = f32x4.mul(f32x4.sub(values, exchanged(values)), factors);
    v128.store(to, f32x4.mul(v128.load(dy), gateSlope(u, f32x4.mul(values, factors))));
  }
  if (x < end) passGates(x, dy, 2, steepness, to, <i32>((end - x) >> 2));
}

function passGates(x: usize, dy: usize, group: i32, steepness: f32, to: usize, size: i32): void {
  const bytes = (<usize>group) << 2;
  const end = x + ((<usize>size) << 2);
  for (; x < end; x += bytes, dy += bytes, to += bytes) {
    let best: f32 = -Infinity;
    let second: f32 = -Infinity;
    for (let i: usize = 0; i < bytes; i += 4) {
      const value = load<f32>(x + i);
      second = max(second, min(value, best));
      best = max(best, value);
    }
    for (let i: usize = 0; i < bytes; i += 4) {
      const value = load<f32>(x + i);
      const rival = value == best ? second : best;
      store<f32>(to + i, load<f32>(dy + i) * gateSlopeOf((value - rival) * steepness, value * steepness));
    }
  }
}
