import type { ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import type { RunContext } from "../contract/context.ts";
import { defineIterative } from "../contract/iterative.ts";
import { randomStart } from "../contract/random-start.ts";
import type { Goal } from "../losses/goal.ts";
import type { PerSampleLoss } from "../losses/loss.ts";
import { probabilitiesOf } from "../losses/probability-margin.ts";
import { timesRadius } from "../norms/rows.ts";

const PARAMS = {
  steps: { type: "integer", default: 100, min: 2, description: "Gradient steps per run." },
  restarts: { type: "integer", default: 1, min: 1, description: "Starts, with two runs from each." },
} as const;

type Context = RunContext<"gradient", ParamsOf<typeof PARAMS>>;

/**
 * The probability margin attack, in two runs per start. The first half of a run goes for one of the margin's two terms
 * alone, in the first run the probability of the true class, in the second that of the best wrong one; the second half
 * goes for both. The very first step goes the wrong way. Steps shrink from 2 eps to 0 along a cosine, in each half anew. A
 * step costs one gradient.
 *
 * @see Xie et al.: "Towards million-scale adversarial robustness evaluation with stronger individual attacks", 2024, arXiv
 * 2411.15210; rules as in the authors' code
 */
export const pma: AttackMaker<typeof PARAMS> = defineIterative({
  id: "kwta/pma",
  version: "1.0.0",
  access: "gradient",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "Towards million-scale adversarial robustness evaluation with stronger individual attacks",
    url: "https://arxiv.org/abs/2411.15210",
  },
  steps: ({ steps }) => steps,
  restarts: ({ restarts }) => 2 * restarts,
  runsFromStart: 2,
  init: (ctx) => ({ x: ctx.start ?? randomStart(ctx) }),
  step(ctx, { x }, t) {
    const { x: clean, ids, oracle, geometry, params, threat } = ctx;
    const { gradient } = oracle.lossAndGradient(x, ids, lossAt(ctx, t));
    const direction = geometry.steepest(gradient, { at: { x, bounds: threat.bounds } });
    const moved = tf.add(x, tf.mul(direction, timesRadius(threat.eps, stepAt(t, params.steps))));
    return { x: geometry.project(moved, clean, threat.eps, threat.bounds) };
  },
});

/** How many times eps the step `t` of `steps` is long. */
function stepAt(t: number, steps: number): number {
  const half = steps / 2;
  return 1 + Math.cos((Math.PI * (t - 1 - (t > half ? half : 0))) / half);
}

/** What is maximised at step `t`: terms of the margin of probabilities. */
function lossAt({ goal, params, restart }: Context, t: number): PerSampleLoss {
  if (t === 0) return lossOf(goal, "wrong way");
  if (t >= params.steps / 2) return lossOf(goal, "both");
  return lossOf(goal, restart % 2 === 0 ? "own" : "others");
}

function lossOf(goal: Goal, term: "wrong way" | "own" | "others" | "both"): PerSampleLoss {
  return (logits) =>
    tf.tidy(() => {
      const { own, others, sign } = probabilitiesOf(goal, logits);
      const towards = tf.mul(own, sign);
      const away = tf.mul(others, -sign);
      const terms = { "wrong way": tf.neg(towards), own: towards, others: away, both: tf.add(towards, away) };
      return terms[term] as tf.Tensor1D;
    });
}
