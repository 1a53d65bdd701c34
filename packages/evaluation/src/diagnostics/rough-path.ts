import * as tf from "@tensorflow/tfjs-core";
import { median, reliesOnGradient, type Check } from "./check.ts";
import { hasGradient, type Probes } from "./probes.ts";

/**
 * How the gradient turns along the way that an attack takes first, in eight steps from the input to the border of the ball. A net
 * of ReLU or k-WTA is affine as long as its activation pattern stays: its gradient changes where the pattern does, and k-WTA
 * jumps there. Costs nine gradients for each sample that is probed.
 */
export const roughPath: Check = {
  id: "pattern-changes",
  summary: "activation patterns, and with them gradients, that change at every step",
  async look({ report, probes }) {
    if (probes === undefined || !hasGradient(probes.classifier) || probes.norm === "l0") return [];
    const turning = median(await turns(probes));
    if (!(turning < STRAIGHT)) return [];
    return [
      {
        severity: reliesOnGradient(report) ? "red-flag" : "warning",
        eps: probes.eps,
        seen: `On the way along the gradient's steepest direction, gradients an eighth of eps apart have a cosine of ${turning.toFixed(2)}.`,
        suggests: "The activation pattern is another one after every step, so the gradient leads no further than that.",
        next: "Attack with a gradient that sees further: adaptive(apgd) for k-WTA, eot(apgd):sigma=0.25eps, or square.",
      },
    ];
  },
};

const STEPS = 8;
const STRAIGHT = 0.3;

/** The mean cosine of neighbours, for each sample. */
async function turns({ x, bounds, eps, geometry, gradients }: Probes): Promise<Float32Array> {
  const cosines = tf.tidy(() => {
    const first = gradients(x);
    const direction = geometry.steepest(first, { at: { x, bounds } });
    const along = [first];
    for (let step = 1; step <= STEPS; step++) {
      const point = tf.add(x, tf.mul(direction, (step / STEPS) * eps));
      along.push(gradients(tf.clipByValue(point, bounds.min, bounds.max)));
    }
    const units = along.map((each) => {
      const flat = tf.reshape(each, [x.shape[0]!, -1]);
      return tf.div(flat, tf.maximum(tf.norm(flat, 2, 1, true), 1e-30));
    });
    const products = units.slice(1).map((each, i) => tf.sum(tf.mul(each, units[i]!), 1));
    return tf.div(tf.addN(products), STEPS);
  });
  return cosines.data<"float32">().finally(() => cosines.dispose());
}
