import { exponential } from "./exponential";
import { prepare, kthLargest } from "./select";

@unmanaged
class Samples {
  x: usize;
  dy: usize;
  /** The output, or the gradient by x. */
  to: usize;
  /** The k-th largest value of each sample. */
  threshold: usize;
  batch: i32;
  /** How many values one sample has. */
  size: i32;
  k: i32;
  /** How many samples one chunk has. */
  group: i32;
  temperature: f32;
}

/** Output and threshold of some samples. */
export function kwta(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Samples>(p);
  const end = min((chunk + 1) * g.group, g.batch);
  prepare(<i32>g.x ^ (g.size * 31 + g.k), scratch);
  for (let sample = chunk * g.group; sample < end; sample++) {
    const offset = (<usize>sample * <usize>g.size) << 2;
    const threshold = kthLargest(g.x + offset, g.size, g.k, scratch);
    store<f32>(g.threshold + ((<usize>sample) << 2), threshold);
    passWinners(g.x + offset, g.x + offset, threshold, g.to + offset, g.size);
  }
}

/** The gradient of some samples: dy where x reaches the threshold, else 0. */
export function kwtaGrad(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Samples>(p);
  const end = min((chunk + 1) * g.group, g.batch);
  for (let sample = chunk * g.group; sample < end; sample++) {
    const offset = (<usize>sample * <usize>g.size) << 2;
    const threshold = load<f32>(g.threshold + ((<usize>sample) << 2));
    passWinners(g.x + offset, g.dy + offset, threshold, g.to + offset, g.size);
  }
}

/** The gradient of `x * sigmoid((x - t) / (T s))` of some samples; the exact one where `T s` is no positive finite number. */
export function kwtaGateGrad(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Samples>(p);
  const end = min((chunk + 1) * g.group, g.batch);
  for (let sample = chunk * g.group; sample < end; sample++) {
    const offset = (<usize>sample * <usize>g.size) << 2;
    const threshold = load<f32>(g.threshold + ((<usize>sample) << 2));
    const steepness = 1 / (<f64>g.temperature * deviation(g.x + offset, threshold, g.size));
    if (steepness > 0 && steepness < Infinity) {
      passGate(g.x + offset, g.dy + offset, threshold, <f32>steepness, g.to + offset, g.size);
    } else {
      passWinners(g.x + offset, g.dy + offset, threshold, g.to + offset, g.size);
    }
  }
}

/** Bits are copied, never multiplied: 0 times infinity would be NaN. All is NaN where the threshold is. */
function passWinners(x: usize, from: usize, threshold: f32, to: usize, size: i32): void {
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

/** The standard deviation of the distances to t, in doubles: values that are all equal have exactly none. */
function deviation(x: usize, t: f32, size: i32): f64 {
  const end = x + ((<usize>size) << 2);
  let sum: f64 = 0;
  let sums = f64x2.splat(0);
  const ts = f64x2.splat(<f64>t);
  let place = x;
  for (; place + 8 <= end; place += 8) {
    sums = f64x2.add(sums, f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(place)), ts));
  }
  sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  if (place < end) sum += <f64>load<f32>(place) - <f64>t;
  const mean = sum / <f64>size;
  const center = f64x2.splat(<f64>t + mean);
  let squares = f64x2.splat(0);
  for (place = x; place + 8 <= end; place += 8) {
    const offset = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(place)), center);
    squares = f64x2.add(squares, f64x2.mul(offset, offset));
  }
  let square = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  if (place < end) {
    const offset = <f64>load<f32>(place) - (<f64>t + mean);
    square += offset * offset;
  }
  return sqrt<f64>(square / <f64>size);
}

function passGate(x: usize, dy: usize, threshold: f32, steepness: f32, to: usize, size: i32): void {
  const end = x + ((<usize>size) << 2);
  for (; x + 16 <= end; x += 16, dy += 16, to += 16) {
    v128.store(to, f32x4.mul(v128.load(dy), gateSlope(v128.load(x), threshold, steepness)));
  }
  for (; x < end; x += 4, dy += 4, to += 4) {
    const slope = gateSlope(v128.load_splat<f32>(x), threshold, steepness);
    store<f32>(to, load<f32>(dy) * f32x4.extract_lane(slope, 0));
  }
}

/** The derivative of `x * sigmoid(u)` with `u = (x - threshold) * steepness`. */
// @ts-ignore: decorator
@inline
function gateSlope(x: v128, threshold: f32, steepness: f32): v128 {
  const factor = f32x4.splat(steepness);
  const one = f32x4.splat(1);
  const u = f32x4.mul(f32x4.sub(x, f32x4.splat(threshold)), factor);
  // Of -|u|, so that it never overflows: sigmoid(|u|) is r and sigmoid(-|u|) is e r. Below -87 it is as good as 0.
  const e = exponential(f32x4.pmax(f32x4.neg(f32x4.abs(u)), f32x4.splat(-87)));
  const r = f32x4.div(one, f32x4.add(one, e));
  const er = f32x4.mul(e, r);
  const sigmoid = v128.bitselect(er, r, f32x4.lt(u, f32x4.splat(0)));
  return f32x4.add(sigmoid, f32x4.mul(f32x4.mul(x, factor), f32x4.mul(er, r)));
}
