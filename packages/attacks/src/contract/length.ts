import { parseLength, type Length } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Radius } from "../norms/norm.ts";

/** The number, or one number for each row, that a length stands for in a ball of this size. */
export function lengthOf(length: Length, eps: Radius): Radius {
  if (typeof eps === "number") return parseLength(length, eps);
  // As a share of eps, a length is linear in it.
  const [none, one] = [parseLength(length, 0), parseLength(length, 1)];
  return none === one ? one : tf.mul(eps, one);
}
