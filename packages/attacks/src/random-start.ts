import * as tf from "@tensorflow/tfjs-core";
import type { RunContext } from "./attack.ts";
import type { Access } from "./oracle.ts";
import type { Params } from "./params.ts";
import { randomLike } from "./random-like.ts";

/** Random points of the ball, inside the box too: `[n, ...]`, each sample's from its own random numbers. */
export function randomStart(ctx: RunContext<Access, Params>): tf.Tensor {
  const { x, geometry, threat } = ctx;
  return tf.tidy(() => {
    const perturbation = randomLike(ctx, "start", (random, out) => geometry.randomInBall(random, out, threat.eps));
    return geometry.project(tf.add(x, perturbation), x, threat);
  });
}
