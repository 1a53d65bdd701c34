import type { TypedArrayKernel } from "@kwta/backend";
import { bitsOf, copyAtLeast, kthLargestKey, orderedKey } from "./select.ts";

/** `Kwta`: x [batch, ...] and k to the output and the threshold per sample, [batch]. */
export const kwtaKernel: TypedArrayKernel = {
  kernelName: "Kwta",
  inputNames: ["x"],
  outputShapes: ([x]) => [[...x!], [x![0]!]],
  run([x], [y, threshold], [shape], attributes) {
    const k = attributes["k"] as number;
    const batch = shape![0]!;
    const size = x!.length / batch;
    const from = bitsOf(x!);
    const to = bitsOf(y!);
    const thresholdBits = bitsOf(threshold!);
    for (let sample = 0; sample < batch; sample++) {
      const start = sample * size;
      const end = start + size;
      const key = kthLargestKey(from, start, end, k);
      if (Number.isNaN(key)) {
        y!.fill(NaN, start, end);
        threshold![sample] = NaN;
      } else {
        copyAtLeast(key, from, to, start, end);
        thresholdBits[sample] = orderedKey(key);
      }
    }
  },
};
