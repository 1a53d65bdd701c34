import { gateSlope, gateSlopeOf, steepnessOf } from "./gate";
import { Samples } from "./samples";

/** Dy where x is above 0 or NaN, else `limit`. */
export function breakReluPass(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Samples>(p);
  for (let sample = g.first(chunk); sample < g.end(chunk); sample++) {
    const offset = g.offset(sample);
    passAboveZero(g.x + offset, g.dy + offset, g.limit, g.to + offset, g.size);
  }
}

/** The gradient of `(x - limit) * sigmoid(x / (T s))`; the exact one where `T s` is no positive finite number. */
export function breakReluGateGrad(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Samples>(p);
  for (let sample = g.first(chunk); sample < g.end(chunk); sample++) {
    const offset = g.offset(sample);
    const x = g.x + offset;
    const steepness = steepnessOf(x, load<f32>(x), g.size, g.temperature);
    if (steepness == 0) passAboveZero(x, g.dy + offset, 0, g.to + offset, g.size);
    else passGate(x, g.dy + offset, g.limit, steepness, g.to + offset, g.size);
  }
}

function passAboveZero(x: usize, dy: usize, other: f32, to: usize, size: i32): void {
  const others = f32x4.splat(other);
  const zeros = f32x4.splat(0);
  const end = x + ((<usize>size) << 2);
  for (; x + 16 <= end; x += 16, dy += 16, to += 16) {
    v128.store(to, v128.bitselect(others, v128.load(dy), f32x4.le(v128.load(x), zeros)));
  }
  for (; x < end; x += 4, dy += 4, to += 4) {
    if (load<f32>(x) <= 0) store<f32>(to, other);
    else store<i32>(to, load<i32>(dy));
  }
}

function passGate(x: usize, dy: usize, below: f32, steepness: f32, to: usize, size: i32): void {
  const belows = f32x4.splat(below);
  const factors = f32x4.splat(steepness);
  const end = x + ((<usize>size) << 2);
  for (; x + 16 <= end; x += 16, dy += 16, to += 16) {
    const values = v128.load(x);
    const slope = gateSlope(f32x4.mul(values, factors), f32x4.mul(f32x4.sub(values, belows), factors));
    v128.store(to, f32x4.mul(v128.load(dy), slope));
  }
  for (; x < end; x += 4, dy += 4, to += 4) {
    const value = load<f32>(x);
    store<f32>(to, load<f32>(dy) * gateSlopeOf(value * steepness, (value - below) * steepness));
  }
}
