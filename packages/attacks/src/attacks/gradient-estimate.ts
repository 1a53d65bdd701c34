import type { ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { askLosses } from "../contract/ask-losses.ts";
import { defineAttack, type AttackMaker } from "../contract/attack.ts";
import type { RunContext } from "../contract/context.ts";
import { lengthOf } from "../contract/length.ts";
import type { Bounds } from "../norms/bounds.ts";
import { beginLoop } from "../runtime/snapshot/going-on.ts";
import { readState, tensorsOf } from "../runtime/snapshot/loop-state.ts";
import { estimateGradient } from "./estimate-gradient.ts";

const PARAMS = {
  sigma: { type: "length", default: "8/255", description: "Width of the Gaussian." },
  stepSize: { type: "length", default: 0.01, description: "Length of a step." },
  ladder: {
    type: "stages",
    columns: ["iterations", "samples"],
    default: [
      [20, 100],
      [20, 1000],
      [60, 20000],
    ],
    description: "Stages: how many iterations, with how many queries each.",
  },
  chunkBytes: {
    type: "integer",
    default: 1_048_576,
    min: 1,
    description: "Bytes of query points in one call of the model.",
  },
} as const;

type Context = RunContext<"score", ParamsOf<typeof PARAMS>>;

/**
 * The attack that broke k-WTA: steepest steps, of signs in the maximum norm, along a gradient of the logit margin that is estimated from scores alone, by
 * antithetic Gaussian sampling wide enough to smooth over the jumps. The estimate is taken at the iterate,
 * `clip(x + delta)`; its query points are not clipped. Samples that are broken leave, the others go on to more samples.
 *
 * @see Tramer, Carlini, Brendel, Madry, "On Adaptive Attacks to Adversarial Example Defenses", NeurIPS 2020, section 5,
 * arXiv 2002.08347; the defaults are those of its code
 */
export const gradientEstimate: AttackMaker<typeof PARAMS> = defineAttack({
  id: "kwta/gradient-estimate",
  version: "1.0.0",
  access: "score",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "On Adaptive Attacks to Adversarial Example Defenses",
    url: "https://arxiv.org/abs/2002.08347",
  },
  async run(start) {
    const schedule = start.params.ladder.flatMap(([count, samples]) => new Array<number>(count!).fill(samples!));
    const total = sum(schedule);
    const loop = beginLoop(start);
    const before = loop?.kept?.step ?? 0;
    let state = loop?.kept ? (tensorsOf(loop.kept.state) as { delta: tf.Tensor }) : { delta: tf.zerosLike(start.x) };
    let ctx: Context = loop?.kept ? loop.resume(start, state) : start;
    let done = sum(schedule.slice(0, before));
    try {
      for (const [iteration, samples] of [...schedule, 0].entries()) {
        if (iteration < before) continue;
        const point = iterate(ctx, state.delta);
        const logits = await ctx.oracle.logitsAsync(point, ctx.ids).finally(() => point.dispose());
        logits.dispose();
        await ctx.tick(done / total);
        ({ ctx, state } = ctx.narrow(state));
        if (samples === 0 || ctx.ids.length === 0) break;
        const delta = await step(ctx, state.delta, iteration, samples, (part) => (done + part * samples) / total);
        state.delta.dispose();
        // Some may have spent their budget on the estimate.
        ({ ctx, state } = ctx.narrow({ delta }));
        done += samples;
        if (ctx.ids.length === 0) break;
        await loop?.keep(ctx.ids, { round: 0, step: iteration + 1 }, state, readState);
      }
    } finally {
      state.delta.dispose();
    }
  },
});

function sum(samples: readonly number[]): number {
  return samples.reduce((total, each) => total + each, 0);
}

const NO_BOX: Bounds = { min: -Infinity, max: Infinity };

/** The point that a perturbation leads to. The perturbation itself may point out of the box. */
function iterate({ x, threat: { bounds } }: Context, delta: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.clipByValue(tf.add(x, delta), bounds.min, bounds.max));
}

async function step(
  ctx: Context,
  delta: tf.Tensor,
  iteration: number,
  samples: number,
  fraction: (part: number) => number,
): Promise<tf.Tensor> {
  const { ids, geometry, params, threat } = ctx;
  const x = iterate(ctx, delta);
  try {
    const gradient = await estimateGradient(x, {
      sigma: lengthOf(params.sigma, threat.eps),
      samples,
      chunkBytes: params.chunkBytes,
      random: (row, pair) => ctx.random(`pair ${pair}`, ids[row]!, iteration),
      loss: (points, rows) => askLosses(ctx, points, rows, "margin"),
      tick: (part) => ctx.tick(fraction(part)),
    });
    return tf.tidy(() => {
      const at = { x, bounds: threat.bounds };
      const move = tf.mul(geometry.steepest(gradient, { at }), lengthOf(params.stepSize, threat.eps));
      gradient.dispose();
      return geometry.project(tf.add(delta, move), tf.zerosLike(delta), threat.eps, NO_BOX);
    });
  } finally {
    x.dispose();
  }
}
