import type { Params } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { RunContext } from "./context.ts";
import type { Access } from "./oracle.ts";
import { randomLike } from "./random-like.ts";

/**
 * Random points of the ball, inside the box too: `[n, ...]`, each sample's from its own random numbers. Where the ball has
 * no end, random points of the box.
 */
export function randomStart(
  ctx: Pick<RunContext<Access, Params>, "x" | "ids" | "random" | "geometry" | "threat">,
): tf.Tensor {
  const { x, geometry, threat } = ctx;
  const { eps, sizes, bounds } = threat;
  if (eps === Infinity) {
    return randomLike(ctx, "start", (random, out) => random.uniform(out, bounds.min, bounds.max));
  }
  return tf.tidy(() => {
    const perturbation = randomLike(ctx, "start", (random, out, row) =>
      geometry.randomInBall(random, out, typeof eps === "number" ? eps : sizes[row]!, bounds),
    );
    return geometry.project(tf.add(x, perturbation), x, eps, bounds);
  });
}
