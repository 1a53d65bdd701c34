import * as tf from "@tensorflow/tfjs-core";
import { median, reliesOnGradient, type Check } from "./check.ts";
import { withSmallSteps, type Probes } from "./probes.ts";
import { rowCosines } from "./row-cosines.ts";

/**
 * What the gradient says of random directions, held against what the margin does along them: the cosine of the two, over three
 * lengths. Where a model jumps, as k-WTA does, they have little to do with one another. Costs 48 queries and a gradient for each
 * sample that is probed.
 */
export const gradientAgreement: Check = {
  id: "gradient-agreement",
  summary: "a gradient that does not say how the loss changes",
  async look({ report, probes: given }) {
    const probes = withSmallSteps(given);
    if ("notRun" in probes) return probes;
    const cosines: number[] = [];
    for (const length of LENGTHS) cosines.push(median(await agreement(probes, length)));
    const list = LENGTHS.map((length, i) => `${cosines[i]!.toFixed(2)} over ${length} eps`).join(", ");
    if (!(cosines[DECISIVE]! < ENOUGH)) return [];
    return [
      {
        severity: reliesOnGradient(report) ? "red-flag" : "warning",
        eps: probes.eps,
        seen: `The cosine between the gradient and what the margin does in ${DIRECTIONS} random directions is ${list}.`,
        suggests: "The loss jumps or wriggles at the scale of the ball, so a step along the gradient is a guess.",
        next: "Attack by a smoothed gradient: adaptive(apgd) for k-WTA, eot(apgd):sigma=0.25eps, or estimatedGradient(apgd).",
      },
    ];
  },
};

/** As shares of eps. */
const LENGTHS = [0.06, 0.25, 1];
const DECISIVE = 1;
const DIRECTIONS = 8;
const ENOUGH = 0.5;

/** The cosine of each sample: of what the gradient says and of what is seen, along the directions. */
async function agreement(probes: Probes, length: number): Promise<number[]> {
  const { x, ids } = probes;
  const gradients = probes.gradients(x);
  const said: Float32Array[] = [];
  const seen: Float32Array[] = [];
  try {
    for (let i = 0; i < DIRECTIONS; i++) {
      const step = tf.tidy(() => tf.mul(probes.normal(`direction ${i}`), length * scaleOf(probes)));
      const [ahead, behind] = tf.tidy(() => [tf.add(x, step), tf.sub(x, step)] as const);
      const along = tf.tidy(() => tf.sum(tf.reshape(tf.mul(gradients, step), [ids.length, -1]), 1));
      try {
        const [plus, minus, product] = [await probes.margins(ahead), await probes.margins(behind), await along.data()];
        said.push(Float32Array.from(product));
        seen.push(plus.map((value, row) => (value - minus[row]!) / 2));
      } finally {
        for (const tensor of [step, ahead, behind, along]) tensor.dispose();
      }
    }
  } finally {
    gradients.dispose();
  }
  return rowCosines(said, seen);
}

/** The width of a Gaussian that is about as large as the ball. */
function scaleOf({ norm, eps, x }: Probes): number {
  const size = x.size / x.shape[0]!;
  return norm === "l2" ? eps / Math.sqrt(size) : norm === "l1" ? eps / size : eps;
}
