import type { TypedArrayKernel } from "@kwta/backend";
import { bitsOf } from "./select.ts";

/** `KwtaGrad`: dy where x reaches its sample's threshold, else 0; all NaN where the threshold is NaN. */
export const kwtaGradKernel: TypedArrayKernel = {
  kernelName: "KwtaGrad",
  inputNames: ["dy", "x", "threshold"],
  outputShapes: ([dy]) => [[...dy!]],
  run([dy, x, threshold], [dx], [shape]) {
    const batch = shape![0]!;
    const size = dy!.length / batch;
    for (let sample = 0; sample < batch; sample++) {
      passWinners(dy!, x!, threshold![sample]!, dx!, sample * size, (sample + 1) * size);
    }
  },
};

/** One sample of {@link kwtaGradKernel}. */
export function passWinners(
  dy: Float32Array,
  x: Float32Array,
  threshold: number,
  dx: Float32Array,
  start: number,
  end: number,
): void {
  if (Number.isNaN(threshold)) {
    dx.fill(NaN, start, end);
    return;
  }
  const from = bitsOf(dy);
  const to = bitsOf(dx);
  for (let i = start; i < end; i++) to[i] = x[i]! >= threshold ? from[i]! : 0;
}
