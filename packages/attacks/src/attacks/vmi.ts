import { parseLength, type ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import type { RunContext } from "../contract/context.ts";
import { defineIterative } from "../contract/iterative.ts";
import { randomLike } from "../contract/random-like.ts";
import { accumulate, atRest, MOMENTUM } from "./momentum.ts";

const OWN = {
  neighbours: { type: "integer", default: 20, min: 1, description: "Gradients that are taken around each point." },
  reach: { type: "length", default: "1.5 eps", description: "Size of the ball around a point that they come from." },
} as const;

const PARAMS: typeof MOMENTUM & typeof OWN = { ...MOMENTUM, ...OWN };

type Context = RunContext<"gradient", ParamsOf<typeof PARAMS>>;

/**
 * VMI-FGSM: the momentum iterative method with tuned variance. Each gradient is corrected by how much the one before
 * differed from the mean around its point. A step costs `neighbours` + 1 gradients.
 *
 * @see Wang, He: "Enhancing the transferability of adversarial attacks through variance tuning", CVPR 2021, arXiv
 * 2103.15571; 20 neighbours in 1.5 eps, as there
 */
export const vmi: AttackMaker<typeof PARAMS> = defineIterative({
  id: "kwta/vmi",
  version: "1.0.0",
  access: "gradient",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "Enhancing the transferability of adversarial attacks through variance tuning",
    url: "https://arxiv.org/abs/2103.15571",
  },
  steps: ({ steps }) => steps,
  init: (ctx) => ({ ...atRest(ctx), variance: tf.zerosLike(ctx.x) }),
  step(ctx, state, t) {
    const { gradient } = ctx.oracle.lossAndGradient(state.x, ctx.ids, ctx.params.loss);
    const moved = accumulate(ctx, state, tf.add(gradient, state.variance));
    // Nothing comes after the last step.
    if (t === ctx.params.steps - 1) return { ...moved, variance: state.variance };
    return { ...moved, variance: tf.sub(meanAround(ctx, state.x, t), gradient) };
  },
});

function meanAround(ctx: Context, x: tf.Tensor, t: number): tf.Tensor {
  const { ids, geometry, oracle, params, threat } = ctx;
  let sum: tf.Tensor = tf.zerosLike(x);
  for (let i = 0; i < params.neighbours; i++) {
    sum = tf.tidy(() => {
      const offset = randomLike(
        ctx,
        `neighbour ${i}`,
        (random, out, row) =>
          geometry.randomInBall(random, out, parseLength(params.reach, threat.sizes[row]!), threat.bounds),
        t,
      );
      return tf.add(sum, oracle.lossAndGradient(tf.add(x, offset), ids, params.loss).gradient);
    });
  }
  return tf.div(sum, params.neighbours);
}
