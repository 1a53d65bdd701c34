import { exponential } from "./exponential";

/** 1 / (T s), s the standard deviation of a sample that holds t; 0 where that is no positive finite number. */
export function steepnessOf(x: usize, t: f32, size: i32, temperature: f32): f32 {
  const steepness = <f32>(1 / (<f64>temperature * deviation(x, t, size)));
  return steepness > 0 && steepness < Infinity ? steepness : 0;
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

/** The derivative of `h * sigmoid(u)` by a variable that h and u follow alike. */
// @ts-ignore: decorator
@inline
export function gateSlope(u: v128, h: v128): v128 {
  const one = f32x4.splat(1);
  // Of -|u|, so that it never overflows: sigmoid(|u|) is r and sigmoid(-|u|) is e r. Below -87 it is as good as 0.
  const e = exponential(f32x4.pmax(f32x4.neg(f32x4.abs(u)), f32x4.splat(-87)));
  const r = f32x4.div(one, f32x4.add(one, e));
  const er = f32x4.mul(e, r);
  const sigmoid = v128.bitselect(er, r, f32x4.lt(u, f32x4.splat(0)));
  return f32x4.add(sigmoid, f32x4.mul(h, f32x4.mul(er, r)));
}

/** The same of one number each. */
// @ts-ignore: decorator
@inline
export function gateSlopeOf(u: f32, h: f32): f32 {
  return f32x4.extract_lane(gateSlope(f32x4.splat(u), f32x4.splat(h)), 0);
}
