import * as tf from "@tensorflow/tfjs-core";
import { median, type Check } from "./check.ts";
import type { Probes } from "./probes.ts";
import { withSmallSteps } from "./probes.ts";

/**
 * The second Indicator of Attack Failure: answers that jump about under small random noise. Costs ten queries for each sample
 * that is probed.
 */
export const unstableAnswers: Check = {
  id: "unstable-answers",
  summary: "margins that jump about under small random noise",
  async look({ probes: given }) {
    const probes = withSmallSteps(given);
    if ("notRun" in probes) return probes;
    const change = median(await changes(probes));
    if (!(change > MUCH)) return [];
    return [
      {
        severity: "warning",
        eps: probes.eps,
        seen: `Random noise of half of eps changes the margin by ${Math.round(100 * change)} % of itself, on average.`,
        suggests: "The loss is rough: an attack sees the roughness, and not the slope.",
        next: "Attack a smoothed loss: eot(apgd):sigma=0.25eps, estimatedGradient(apgd), or adaptive(apgd) for k-WTA.",
      },
    ];
  },
};

const DRAWS = 10;
const MUCH = 0.25;

/** The mean relative change of each sample's margin, each counted as 1 at most. */
async function changes(probes: Probes): Promise<Float32Array> {
  const { x, eps, norm, bounds } = probes;
  const size = x.size / x.shape[0]!;
  const width = norm === "l2" ? eps / Math.sqrt(size) : norm === "l1" ? eps / size : eps;
  const before = await probes.margins(x);
  const sums = new Float32Array(before.length);
  for (let i = 0; i < DRAWS; i++) {
    const points = tf.tidy(() => {
      const noise = tf.mul(probes.normal(`noise ${i}`), width / 2);
      return tf.clipByValue(tf.add(x, noise), bounds.min, bounds.max);
    });
    const after = await probes.margins(points).finally(() => points.dispose());
    for (const [row, margin] of after.entries()) {
      sums[row]! += Math.min(1, Math.abs(margin - before[row]!) / Math.abs(before[row]!)) / DRAWS;
    }
  }
  return sums;
}
