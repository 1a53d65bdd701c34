import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { defineAttack, defineIterative, type Attack, type Norm, type RunContext } from "../src/index.ts";
import { contractTests } from "../src/testing/index.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

type Context = RunContext<"gradient">;
type Points = Readonly<Record<"x", tf.Tensor>>;

const DESCRIPTION = {
  id: "broken/pgd",
  version: "1.0.0",
  access: "gradient",
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: {},
} as const;

const STEPS = 30;

/** The direction of a sound step. */
const steepest = (ctx: Context, x: tf.Tensor): tf.Tensor =>
  ctx.geometry.steepest(ctx.oracle.lossAndGradient(x, ctx.ids, "margin").gradient);
/** A number here: no nested run takes radii of its own. */
const radius = ({ threat }: Context): number => threat.eps as number;
const stepSize = (ctx: Context): number => 0.1 * radius(ctx);
const project = ({ geometry, x, threat }: Context, point: tf.Tensor): tf.Tensor =>
  geometry.project(point, x, threat.eps, threat.bounds);
const walk = (ctx: Context, x: tf.Tensor): tf.Tensor => tf.add(x, tf.mul(steepest(ctx, x), stepSize(ctx)));
const start = (ctx: Context): tf.Tensor => {
  const noise = tf.stack(
    [...ctx.ids].map((id) => {
      const values = new Float32Array(tf.util.sizeFromShape(ctx.x.shape.slice(1)));
      return tf.tensor(ctx.random("start", id, ctx.restart).uniform(values, -1, 1), ctx.x.shape.slice(1));
    }),
  );
  return project(ctx, tf.add(ctx.x, tf.mul(noise, radius(ctx) * 0.1)));
};

/** What of projected gradient descent is done otherwise. */
interface Faults {
  readonly norm?: Norm;
  readonly init?: (ctx: Context) => tf.Tensor;
  readonly step?: (ctx: Context, x: tf.Tensor, t: number) => tf.Tensor;
}

function descent({ norm = "linf", init = start, step = (ctx, x) => project(ctx, walk(ctx, x)) }: Faults): Attack {
  return defineIterative<"gradient", Record<never, never>, "x">({
    ...DESCRIPTION,
    norms: [norm],
    steps: () => STEPS,
    init: (ctx) => ({ x: init(ctx as Context) }),
    step: (ctx, { x }: Points, t) => ({ x: step(ctx as Context, x, t) }),
  })();
}

/** An attack that does without the driver. */
function ownLoop(run: (ctx: Context) => Promise<void>): Attack {
  return defineAttack<"gradient", Record<never, never>>({
    ...DESCRIPTION,
    norms: ["linf"],
    run: (ctx) => run(ctx as Context),
  })();
}

let kept = 0;

const OPT = "succeeds just above the optimum of a linear model, not below";
const TARGET = "reaches targets";
const BATCH = "gives each sample the same result in any batch";
const OWN = "draws no random numbers but its own";
const LEAK = "leaves no tensors";
const TURN = "follows the gradient of where it is";
const WALL = "finds the way along a wall of the box";
const GO_ON = "goes on after a stop as if there had been none";

/** Steps that an attack counts by itself, and what it remembers of samples beside its state. */
let counted = 0;
const remembered = new Map<number, number>();

/** Faults, each with the test that finds it. */
const BROKEN: Readonly<Record<string, readonly [attack: Attack, caughtBy: string]>> = {
  "never projects": [descent({ step: walk }), OPT],
  "projects onto the ball of another norm": [
    descent({
      norm: "l2",
      step: (ctx, x) => tf.add(ctx.x, tf.clipByValue(tf.sub(walk(ctx, x), ctx.x), -radius(ctx), radius(ctx))),
    }),
    OPT,
  ],
  "goes down instead of up": [
    descent({
      step: (ctx, x) => project(ctx, tf.sub(x, tf.mul(steepest(ctx, x), stepSize(ctx)))),
    }),
    OPT,
  ],
  "goes away from targets": [
    descent({
      step: (ctx, x) =>
        project(
          ctx,
          tf.add(x, tf.mul(steepest(ctx, x), ctx.goal.kind === "untargeted" ? stepSize(ctx) : -stepSize(ctx))),
        ),
    }),
    TARGET,
  ],
  "takes eps in 8-bit steps": [
    descent({
      step: (ctx, x) => ctx.geometry.project(walk(ctx, x), ctx.x, radius(ctx) / 255, ctx.threat.bounds),
    }),
    OPT,
  ],
  "takes steps that are too short": [
    descent({
      step: (ctx, x) => project(ctx, tf.add(x, tf.mul(steepest(ctx, x), radius(ctx) * 0.001))),
    }),
    OPT,
  ],
  "follows the mean gradient of the batch": [
    descent({
      step(ctx, x) {
        const mean = tf.mean(steepest(ctx, x), 0, true);
        return project(ctx, tf.add(x, tf.mul(tf.sign(tf.mul(mean, tf.onesLike(x))), stepSize(ctx))));
      },
    }),
    BATCH,
  ],
  "scales gradients by the largest of the batch": [
    descent({
      norm: "l2",
      step(ctx, x) {
        const { gradient } = ctx.oracle.lossAndGradient(x, ctx.ids, "margin");
        return project(ctx, tf.add(x, tf.mul(tf.div(gradient, tf.max(tf.abs(gradient))), stepSize(ctx))));
      },
    }),
    BATCH,
  ],
  "moves only the first half of the values": [
    descent({
      step(ctx, x) {
        const size = tf.util.sizeFromShape(x.shape.slice(1));
        const half = tf.reshape(tf.cast(tf.less(tf.range(0, size), size / 2), "float32"), [1, ...x.shape.slice(1)]);
        return project(ctx, tf.add(x, tf.mul(tf.mul(steepest(ctx, x), half), stepSize(ctx))));
      },
    }),
    OPT,
  ],
  "draws numbers of its own": [
    descent({
      init: (ctx) => project(ctx, tf.add(ctx.x, tf.mul(tf.randomUniform(ctx.x.shape, -1, 1), radius(ctx) * 0.1))),
    }),
    OWN,
  ],
  "draws by the place in the batch": [
    descent({
      init(ctx) {
        const values = new Float32Array(ctx.x.size);
        ctx.random("start", 0).uniform(values, -1, 1);
        return project(ctx, tf.add(ctx.x, tf.mul(tf.tensor(values, ctx.x.shape), ctx.threat.eps)));
      },
    }),
    BATCH,
  ],
  "starts where it was not told to, outside the ball": [
    descent({
      init: (ctx) => tf.add(start(ctx), 2 * radius(ctx)),
      step: (ctx, x) => walk(ctx, x),
    }),
    OPT,
  ],
  "keeps tensors": [
    descent({
      step(ctx, x) {
        if (kept++ % 7 === 0) tf.keep(tf.clone(x));
        return project(ctx, walk(ctx, x));
      },
    }),
    LEAK,
  ],
  "writes into its input": [
    descent({
      step(ctx, x) {
        const values = ctx.x.dataSync<"float32">();
        values[0] = 1 - values[0]!;
        return project(ctx, walk(ctx, x));
      },
    }),
    BATCH,
  ],
  "ends when the first sample is broken": [
    ownLoop(async (ctx) => {
      let x = tf.tidy(() => start(ctx));
      for (let t = 0; t < STEPS; t++) {
        const next = tf.tidy(() => project(ctx, walk(ctx, x)));
        x.dispose();
        x = next;
        const left = tf.tidy(() => ctx.oracle.labels(x, ctx.ids));
        await ctx.tick((t + 1) / STEPS);
        const isBroken = [...ctx.goal.labels].some((label, i) => label !== left.dataSync()[i]);
        left.dispose();
        if (isBroken) break;
      }
      x.dispose();
    }),
    BATCH,
  ],
  "takes every gradient at the input": [
    descent({
      step: (ctx, x) => project(ctx, tf.add(x, tf.mul(steepest(ctx, ctx.x), stepSize(ctx)))),
    }),
    TURN,
  ],
  "forgets the box": [
    descent({
      step: (ctx, x) => ctx.geometry.project(walk(ctx, x), ctx.x, ctx.threat.eps, { min: -Infinity, max: Infinity }),
    }),
    WALL,
  ],
  "shares its step among the batch": [
    descent({
      step: (ctx, x) => project(ctx, tf.add(x, tf.mul(steepest(ctx, x), stepSize(ctx) / ctx.ids.length))),
    }),
    BATCH,
  ],
  "never asks about the point that it ends at": [
    ownLoop(async (ctx) => {
      tf.tidy(() => void project(ctx, tf.add(ctx.x, tf.mul(steepest(ctx, ctx.x), radius(ctx)))));
      await ctx.tick(1);
    }),
    OPT,
  ],
  "swallows what the model throws": [
    ownLoop(async (ctx) => {
      for (let t = 0; t < STEPS; t++) {
        try {
          tf.tidy(() => void ctx.oracle.lossAndGradient(ctx.x, ctx.ids, "margin"));
          await ctx.tick((t + 1) / STEPS);
        } catch {
          // Goes on.
        }
      }
    }),
    LEAK,
  ],
  "counts its steps beside its state": [
    descent({
      init(ctx) {
        counted = 0;
        return start(ctx);
      },
      step(ctx, x) {
        const share = Math.max(0.2, 1 - counted++ / STEPS);
        return project(ctx, tf.add(x, tf.mul(steepest(ctx, x), stepSize(ctx) * share)));
      },
    }),
    GO_ON,
  ],
  "keeps a running loss beside its state": [
    descent({
      init(ctx) {
        for (const id of ctx.ids) remembered.delete(id);
        return start(ctx);
      },
      step(ctx, x) {
        const { loss, gradient } = ctx.oracle.lossAndGradient(x, ctx.ids, "margin");
        const shares = [...loss.dataSync()].map((value, i) => {
          const before = remembered.get(ctx.ids[i]!);
          remembered.set(ctx.ids[i]!, Math.max(value, before ?? -Infinity));
          return before === undefined || value > before ? 1 : 0.5;
        });
        const length = tf.reshape(tf.mul(shares, stepSize(ctx)), [-1, ...x.shape.slice(1).map(() => 1)]);
        return project(ctx, tf.add(x, tf.mul(ctx.geometry.steepest(gradient), length)));
      },
    }),
    GO_ON,
  ],
  "runs other attacks after a stop than before": [
    ownLoop(async (ctx) => {
      const inner = [descent({ step: walk }), descent({ init: ({ x }) => x })];
      for (let i = 0; i < 2; i++) await ctx.run(inner[counted++ % 3 === 0 ? 0 : 1]!, { restart: i });
    }),
    GO_ON,
  ],
  "gives up before it has asked anything": [
    ownLoop(async (ctx) => {
      await ctx.tick(1);
    }),
    OPT,
  ],
};

test.each(Object.entries(BROKEN))("an attack that %s is caught", async (_, [attack, what]) => {
  const { run } = contractTests(attack).find(({ name }) => name.endsWith(what))!;
  await expect(run()).rejects.toBeInstanceOf(Error);
});

test("the same attack without a fault is not", async () => {
  const caught = new Set(Object.values(BROKEN).map(([, what]) => what));
  for (const { name, run } of contractTests(descent({})))
    if ([...caught].some((what) => name.endsWith(what))) await run();
});
