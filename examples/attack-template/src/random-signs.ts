import { defineIterative, perSampleLoss, randomLike, type AttackMaker, type RunContext } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";

const PARAMS = {
  steps: { type: "integer", default: 300, min: 1, description: "Steps, one query each." },
  share: {
    type: "number",
    default: 0.2,
    min: 0,
    max: 1,
    description: "Share of the values that the first step flips.",
  },
} as const;

/** The corner of the ball that the signs point to, brought back into the box. */
function corner({ x, geometry, threat }: RunContext<"score">, signs: tf.Tensor): tf.Tensor {
  return geometry.project(tf.add(x, tf.mul(signs, threat.eps)), x, threat.eps, threat.bounds);
}

/**
 * Random search over the corners of the ball, from scores alone: each step flips the signs of a run of neighbouring
 * values, shorter and shorter ones, and keeps what did not lower the margin.
 */
export const randomSigns: AttackMaker<typeof PARAMS> = defineIterative({
  id: "template/random-signs",
  version: "0.1.0",
  access: "score",
  norms: ["linf"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  steps: ({ steps }) => steps,
  init(ctx) {
    const margin = tf.tensor1d(new Float32Array(ctx.ids.length).fill(-Infinity));
    const signs = tf.sign(randomLike(ctx, "signs", (random, out) => random.uniform(out, -1, 1)));
    return { x: corner(ctx, signs), trial: signs, signs, margin };
  },
  step(ctx, { x, trial, signs, margin }, t) {
    const { ids, goal, oracle, params } = ctx;
    const found = perSampleLoss("margin", goal)(oracle.logits(x, ids));
    const isKept = tf.reshape(tf.greaterEqual(found, margin), [ids.length, ...x.shape.slice(1).fill(1)]);
    const kept = tf.add(signs, tf.mul(isKept, tf.sub(trial, signs)));
    const flips = randomLike(
      ctx,
      "flips",
      (random, out) => {
        const length = Math.max(1, Math.round(params.share * out.length * (1 - t / params.steps)));
        const start = Math.floor(random.at(0) * out.length);
        out.fill(1).fill(-1, start, start + length);
      },
      t,
    );
    const next = tf.mul(kept, flips);
    return { x: corner(ctx, next), trial: next, signs: kept, margin: tf.maximum(found, margin) };
  },
});
