import * as tf from "@tensorflow/tfjs-core";
import { median, reliesOnGradient, type Check } from "./check.ts";
import { withSmallSteps, type Probes } from "./probes.ts";

/**
 * What the margin does on the way that an attack takes first, in eight steps from the input to the border of the ball, held
 * against what the gradients at both ends of each step say. A net of ReLU bends where its activation pattern changes, and the
 * two stay together; a net of k-WTA jumps there, which no gradient sees. Costs nine gradients and queries for each sample that
 * is probed.
 */
export const roughPath: Check = {
  id: "pattern-changes",
  summary: "jumps along the path of an attack, as k-WTA makes them where its activation pattern changes",
  async look({ report, probes: given }) {
    const probes = withSmallSteps(given);
    if ("notRun" in probes) return probes;
    const jumps = median(await unexplained(probes));
    if (!(jumps > MUCH)) return [];
    return [
      {
        severity: reliesOnGradient(report) ? "red-flag" : "warning",
        eps: probes.eps,
        seen: `On the way along the gradient's steepest direction ${Math.round(100 * jumps)} % of what the margin does are jumps that no gradient on the way sees.`,
        suggests:
          "The activation pattern changes with every step, and the loss jumps: following the gradient is a guess.",
        next: "Attack with a gradient that sees further: adaptive(apgd) for k-WTA, eot(apgd):sigma=0.25eps, or square.",
      },
    ];
  },
};

const STEPS = 8;
const MUCH = 0.5;

/** For each sample, the share of the margin's changes that the gradients do not account for. */
async function unexplained(probes: Probes): Promise<number[]> {
  const { x, ids, bounds, eps, geometry, gradients } = probes;
  const first = gradients(x);
  const direction = tf.tidy(() => geometry.steepest(first, { at: { x, bounds } }));
  let [point, slope, margins] = [tf.clone(x), first, await probes.margins(x)];
  const [changes, missed] = [new Float64Array(ids.length), new Float64Array(ids.length)];
  try {
    for (let step = 1; step <= STEPS; step++) {
      const next = tf.tidy(() =>
        tf.clipByValue(tf.add(x, tf.mul(direction, (step / STEPS) * eps)), bounds.min, bounds.max),
      );
      const nextSlope = gradients(next);
      const said = tf.tidy(() => {
        const mean = tf.div(tf.add(slope, nextSlope), 2);
        return tf.sum(tf.reshape(tf.mul(mean, tf.sub(next, point)), [ids.length, -1]), 1);
      });
      const expected = await said.data<"float32">().finally(() => said.dispose());
      const nextMargins = await probes.margins(next);
      for (const row of ids.keys()) {
        const change = nextMargins[row]! - margins[row]!;
        changes[row]! += Math.abs(change);
        missed[row]! += Math.abs(change - expected[row]!);
      }
      point.dispose();
      slope.dispose();
      [point, slope, margins] = [next, nextSlope, nextMargins];
    }
  } finally {
    for (const tensor of [direction, point, slope]) tensor.dispose();
  }
  return Array.from(ids, (_, row) => missed[row]! / Math.max(changes[row]!, 1e-12));
}
