import { gateSlope, gateSlopeOf, steepnessOf } from "./gate";
import { passWinners } from "./pass-winners";
import { Samples } from "./samples";
import { prepare, kthLargest } from "./select";

/** Output and threshold of some samples. */
export function kwta(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Samples>(p);
  prepare(<i32>g.x ^ (g.size * 31 + g.k), scratch);
  for (let sample = g.first(chunk); sample < g.end(chunk); sample++) {
    const x = g.x + g.offset(sample);
    const threshold = kthLargest(x, g.size, g.k, scratch);
    store<f32>(g.threshold + ((<usize>sample) << 2), threshold);
    passWinners(x, x, threshold, g.to + g.offset(sample), g.size);
  }
}

/** The gradient of some samples: dy where x reaches the threshold, else 0. */
export function kwtaGrad(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Samples>(p);
  for (let sample = g.first(chunk); sample < g.end(chunk); sample++) {
    const offset = g.offset(sample);
    const threshold = load<f32>(g.threshold + ((<usize>sample) << 2));
    passWinners(g.x + offset, g.dy + offset, threshold, g.to + offset, g.size);
  }
}

/** The gradient of `x * sigmoid((x - t) / (T s))` of some samples; the exact one where `T s` is no positive finite number. */
export function kwtaGateGrad(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Samples>(p);
  for (let sample = g.first(chunk); sample < g.end(chunk); sample++) {
    const offset = g.offset(sample);
    const threshold = load<f32>(g.threshold + ((<usize>sample) << 2));
    const steepness = steepnessOf(g.x + offset, threshold, g.size, g.temperature);
    if (steepness > 0) passGate(g.x + offset, g.dy + offset, threshold, steepness, g.to + offset, g.size);
    else passWinners(g.x + offset, g.dy + offset, threshold, g.to + offset, g.size);
  }
}

function passGate(x: usize, dy: usize, threshold: f32, steepness: f32, to: usize, size: i32): void {
  const limits = f32x4.splat(threshold);
  const factors = f32x4.splat(steepness);
  const end = x + ((<usize>size) << 2);
  for (; x + 16 <= end; x += 16, dy += 16, to += 16) {
    const values = v128.load(x);
    const slope = gateSlope(f32x4.mul(f32x4.sub(values, limits), factors), f32x4.mul(values, factors));
    v128.store(to, f32x4.mul(v128.load(dy), slope));
  }
  for (; x < end; x += 4, dy += 4, to += 4) {
    const value = load<f32>(x);
    store<f32>(to, load<f32>(dy) * gateSlopeOf((value - threshold) * steepness, value * steepness));
  }
}
