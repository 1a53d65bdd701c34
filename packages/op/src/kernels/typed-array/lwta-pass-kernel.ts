import type { TypedArrayKernel } from "@kwta/backend";
import { holdsNaN } from "./holds-nan.ts";
import { bitsOf } from "./select.ts";

/**
 * `LwtaPass`: dy where x is the largest of its group of `size` neighbours, else 0; all NaN in a sample of x that holds a
 * NaN. With x for dy it is the forward pass of LWTA, else its gradient.
 */
export const lwtaPassKernel: TypedArrayKernel = {
  kernelName: "LwtaPass",
  inputNames: ["dy", "x"],
  outputShapes: ([dy]) => [[...dy!]],
  run([dy, x], [dx], [shape], attributes) {
    const groupSize = attributes["size"] as number;
    const batch = shape![0]!;
    const size = x!.length / batch;
    for (let sample = 0; sample < batch; sample++) {
      passGroupWinners(dy!, x!, groupSize, dx!, sample * size, (sample + 1) * size);
    }
  },
};

/** One sample of {@link lwtaPassKernel}. */
export function passGroupWinners(
  dy: Float32Array,
  x: Float32Array,
  groupSize: number,
  dx: Float32Array,
  start: number,
  end: number,
): void {
  if (holdsNaN(x, start, end)) {
    dx.fill(NaN, start, end);
    return;
  }
  const from = bitsOf(dy);
  const to = bitsOf(dx);
  for (let group = start; group < end; group += groupSize) {
    const next = group + groupSize;
    let best = x[group]!;
    for (let i = group + 1; i < next; i++) if (x[i]! > best) best = x[i]!;
    for (let i = group; i < next; i++) to[i] = best === x[i]! ? from[i]! : 0;
  }
}
