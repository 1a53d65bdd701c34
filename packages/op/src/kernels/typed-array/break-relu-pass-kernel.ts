import type { TypedArrayKernel } from "@kwta/backend";
import { bitsOf } from "./select.ts";

/** `BreakReluPass`: dy where x is above 0 or NaN, else `other`. Forward pass or gradient, as `dy` and `other` say. */
export const breakReluPassKernel: TypedArrayKernel = {
  kernelName: "BreakReluPass",
  inputNames: ["dy", "x"],
  outputShapes: ([dy]) => [[...dy!]],
  run([dy, x], [dx], _shapes, attributes) {
    const from = bitsOf(dy!);
    const to = bitsOf(dx!);
    const other = bitsOf(Float32Array.of(attributes["other"] as number))[0]!;
    for (let i = 0; i < from.length; i++) to[i] = x![i]! <= 0 ? other : from[i]!;
  },
};
