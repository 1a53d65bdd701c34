import type { Params } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { RunContext } from "./context.ts";
import type { Access } from "./oracle.ts";
import { randomLike } from "./random-like.ts";

/** Random points of the ball, inside the box too: `[n, ...]`, each sample's from its own random numbers. */
export function randomStart(
  ctx: Pick<RunContext<Access, Params>, "x" | "ids" | "random" | "geometry" | "threat">,
): tf.Tensor {
  const { x, geometry, threat } = ctx;
  return tf.tidy(() => {
    const perturbation = randomLike(ctx, "start", (random, out) => geometry.randomInBall(random, out, threat.eps));
    return geometry.project(tf.add(x, perturbation), x, threat.eps, threat.bounds);
  });
}
