import type { TypedArrayKernel } from "@kwta/backend";
import { deviation, gateSlope } from "./kwta-gate-grad-kernel.ts";
import { passGroupWinners } from "./lwta-pass-kernel.ts";

/**
 * `LwtaGateGrad`: `dy` times the derivative of `x * sigmoid((x - r) / (T s))`, r (the best of the others of the group) and s
 * (the standard deviation of the sample) constant. The exact gradient where `T s` is not a positive finite number.
 */
export const lwtaGateGradKernel: TypedArrayKernel = {
  kernelName: "LwtaGateGrad",
  inputNames: ["dy", "x"],
  outputShapes: ([dy]) => [[...dy!]],
  run([dy, x], [dx], [shape], attributes) {
    const groupSize = attributes["size"] as number;
    const temperature = attributes["temperature"] as number;
    const batch = shape![0]!;
    const size = x!.length / batch;
    for (let sample = 0; sample < batch; sample++) {
      const start = sample * size;
      const end = start + size;
      const steepness = 1 / (temperature * deviation(x!, x![start]!, start, end));
      const usable = steepness > 0 && steepness < Infinity;
      if (usable) passGroupGates(dy!, x!, groupSize, steepness, dx!, start, end);
      else passGroupWinners(dy!, x!, groupSize, dx!, start, end);
    }
  },
};

function passGroupGates(
  dy: Float32Array,
  x: Float32Array,
  groupSize: number,
  steepness: number,
  dx: Float32Array,
  start: number,
  end: number,
): void {
  for (let group = start; group < end; group += groupSize) {
    let best = -Infinity;
    let second = -Infinity;
    for (let i = group; i < group + groupSize; i++) {
      const value = x[i]!;
      second = Math.max(second, Math.min(value, best));
      best = Math.max(best, value);
    }
    for (let i = group; i < group + groupSize; i++) {
      const rival = best === x[i]! ? second : best;
      dx[i] = dy[i]! * gateSlope((x[i]! - rival) * steepness, x[i]! * steepness);
    }
  }
}
