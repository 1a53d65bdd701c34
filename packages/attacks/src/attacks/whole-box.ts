import type { Params } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { RunContext } from "../contract/context.ts";
import type { Access } from "../contract/oracle.ts";

type Context = Pick<RunContext<Access, Params>, "x" | "geometry" | "threat">;

/** The width of the data range: lengths of attacks that are published for [0, 1] are shares of it. */
export function rangeOf({ threat: { bounds } }: Context): number {
  return bounds.max - bounds.min;
}

/** Points brought back into the box, but into no ball. */
export function intoBox({ x, geometry, threat }: Context, points: tf.Tensor): tf.Tensor {
  const { eps, bounds } = threat;
  // Where there is no ball this is the same, and the oracle need not look where the points lie.
  if (eps === Infinity) return geometry.project(points, x, eps, bounds);
  return tf.clipByValue(points, bounds.min, bounds.max);
}

/** How far the farthest corner of the box is from each input, `[n]`. */
export function farthest({ x, geometry, threat: { bounds } }: Context): tf.Tensor1D {
  return geometry.distance(tf.maximum(tf.sub(x, bounds.min), tf.sub(bounds.max, x)));
}

/** From 1 at the first of so many steps down to 0 after the last, along half a wave. */
export function annealed(t: number, steps: number): number {
  return (1 + Math.cos((Math.PI * t) / steps)) / 2;
}
