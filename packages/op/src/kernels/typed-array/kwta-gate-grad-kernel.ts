import type { TypedArrayKernel } from "@kwta/backend";
import { passWinners } from "./kwta-grad-kernel.ts";

/**
 * `KwtaGateGrad`: `dy` times the derivative of `x * sigmoid((x - t) / (T s))`, t (the threshold) and s (the standard
 * deviation of the sample's values) constant. The exact gradient where `T s` is not a positive finite number.
 */
export const kwtaGateGradKernel: TypedArrayKernel = {
  kernelName: "KwtaGateGrad",
  inputNames: ["dy", "x", "threshold"],
  outputShapes: ([dy]) => [[...dy!]],
  run([dy, x, threshold], [dx], [shape], attributes) {
    const temperature = attributes["temperature"] as number;
    const batch = shape![0]!;
    const size = dy!.length / batch;
    for (let sample = 0; sample < batch; sample++) {
      const t = threshold![sample]!;
      const start = sample * size;
      const end = start + size;
      const steepness = 1 / (temperature * deviation(x!, t, start, end));
      if (steepness > 0 && steepness < Infinity) passGate(dy!, x!, t, steepness, dx!, start, end);
      else passWinners(dy!, x!, t, dx!, start, end);
    }
  },
};

/**
 * The standard deviation of a sample, of the distances to t, one of its values, in doubles: values that are all equal
 * have exactly none.
 */
export function deviation(x: Float32Array, t: number, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += x[i]! - t;
  const mean = sum / (end - start);
  let squares = 0;
  for (let i = start; i < end; i++) {
    const offset = x[i]! - t - mean;
    squares += offset * offset;
  }
  return Math.sqrt(squares / (end - start));
}

function passGate(
  dy: Float32Array,
  x: Float32Array,
  t: number,
  steepness: number,
  dx: Float32Array,
  start: number,
  end: number,
): void {
  for (let i = start; i < end; i++) {
    dx[i] = dy[i]! * gateSlope((x[i]! - t) * steepness, x[i]! * steepness);
  }
}

/** The derivative of `h * sigmoid(u)` by a variable that h and u follow alike. */
export function gateSlope(u: number, h: number): number {
  // Of -|u|, so that the exponential never overflows: sigmoid(|u|) is r and sigmoid(-|u|) is e r.
  const e = Math.exp(-Math.abs(u));
  const r = 1 / (1 + e);
  return (u < 0 ? e * r : r) + h * (e * r * r);
}
