import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { AbortedError } from "@kwta/core";
import { describe, expect, test } from "vitest";
import { defineAttack, pgd, runAttack, type AttackMaker, type RunContext } from "../src/index.ts";
import { linearProblem } from "../src/testing/index.ts";

// No attack here plays by the rules, and none of them may win.
const problem = linearProblem(0, { touchesBounds: true });
const threat = { norm: "linf", eps: 0.5 * Math.min(...problem.optima) } as const;
const values = problem.inputs.flatMap((x) => [...x]);
const n = problem.inputs.length;
const samples = (): { x: tf.Tensor; labels: Int32Array } => ({
  x: tf.tensor(values, [n, ...problem.classifier.inputShape]),
  labels: Int32Array.from(problem.labels),
});

function attackThat(run: (ctx: RunContext) => Promise<void>): AttackMaker {
  return defineAttack({
    id: "hostile/attack",
    version: "1.0.0",
    access: "gradient",
    norms: ["linf"],
    goals: ["untargeted"],
    stochastic: false,
    params: {},
    run: run as never,
  });
}

const HOSTILE: Readonly<Record<string, (ctx: RunContext) => Promise<void>>> = {
  "changes the labels": async (ctx) => {
    ctx.goal.labels.fill(2);
    ctx.oracle.labels(ctx.x, ctx.ids);
  },
  "enlarges the ball": async (ctx) => {
    Object.assign(ctx.threat, { eps: 1 });
    ctx.oracle.labels(tf.zerosLike(ctx.x), ctx.ids);
  },
  "has its own idea of the projection": async (ctx) => {
    Object.assign(ctx.geometry, { project: (x: tf.Tensor) => x, excess: () => tf.zeros([n]) });
    ctx.oracle.labels(ctx.geometry.project(tf.zerosLike(ctx.x), ctx.x, 0, ctx.threat.bounds), ctx.ids);
  },
  "renames the samples": async (ctx) => {
    ctx.ids.reverse();
    ctx.oracle.labels(ctx.x, ctx.ids);
    ctx.oracle.labels(ctx.geometry.project(ctx.x, ctx.x, ctx.threat.eps, ctx.threat.bounds), ctx.ids);
  },
  "moves the input": async (ctx) => {
    ctx.x.dataSync<"float32">().fill(0.5);
    ctx.oracle.labels(ctx.geometry.project(tf.zerosLike(ctx.x), ctx.x, ctx.threat.eps, ctx.threat.bounds), ctx.ids);
  },
  "changes a point after it was judged": async (ctx) => {
    const x = tf.clone(ctx.x);
    ctx.oracle.labels(x, ctx.ids);
    x.dataSync<"float32">().fill(0);
    await ctx.tick();
  },
  "asks about other samples' points": async (ctx) => {
    ctx.oracle.labels(tf.reverse(ctx.x, 0), ctx.ids);
  },
  "asks about points that are no numbers": async (ctx) => {
    ctx.oracle.labels(tf.fill(ctx.x.shape, Number.NaN), ctx.ids);
  },
};

describe("an attack gains nothing when it", () => {
  test.for(Object.entries(HOSTILE))("%s", async ([, run]) => {
    const data = samples();
    const result = await runAttack(attackThat(run), problem.classifier, data, { threat, seed: 0 }).catch(
      (error: unknown) => error as TypeError,
    );
    // What is frozen cannot be changed; what is a copy may be.
    if (result instanceof Error) expect(result).toBeInstanceOf(TypeError);
    else {
      expect([...result.success]).toEqual(new Array(n).fill(0));
      expect([...result.cleanCorrect]).toEqual(new Array(n).fill(1));
      expect(result.adversarial.dataSync()).toEqual(Float32Array.from(values));
    }
    expect(data.x.dataSync()).toEqual(Float32Array.from(values));
    expect(data.labels).toEqual(problem.labels);
  });
});

test("what an attack does to its context does not reach the attacks that it runs", async () => {
  const outer = attackThat(async (ctx) => {
    ctx.goal.labels.fill(2);
    ctx.x.dataSync<"float32">().fill(0.5);
    await ctx.run(pgd({ steps: 5 }));
  });
  const { success } = await runAttack(outer, problem.classifier, samples(), { threat, seed: 0 });
  expect([...success]).toEqual(new Array(n).fill(0));
});

test("abort wins over an attack that never comes to its end", async () => {
  const stop = new AbortController();
  const never = attackThat(() => new Promise(() => {}));
  const run = runAttack(never, problem.classifier, samples(), { threat, seed: 0, signal: stop.signal });
  setTimeout(() => stop.abort(), 10);
  await expect(run).rejects.toThrow(AbortedError);
});

test("an attack that goes on after its end is told so, and changes nothing", async () => {
  let late: unknown;
  const careless = attackThat(async (ctx) => {
    setTimeout(() => {
      try {
        ctx.oracle.labels(ctx.x, ctx.ids);
      } catch (error) {
        late = error;
      }
    }, 20);
  });
  await runAttack(careless, problem.classifier, samples(), { threat, seed: 0 });
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(String(late)).toMatch(/after it had ended/);
});

test("tensors that an attack keeps are counted and reported", async () => {
  const keeps = attackThat(async (ctx) => {
    for (let i = 0; i < 3; i++) tf.keep(tf.zeros([2]));
    ctx.oracle.labels(ctx.x, ctx.ids).dispose();
  });
  const { diagnostics } = await runAttack(keeps, problem.classifier, samples(), { threat, seed: 0 });
  expect(diagnostics).toMatchObject([{ kind: "leaked-tensors", count: 3 }]);
  const clean = await runAttack(pgd, problem.classifier, samples(), { threat, seed: 0 });
  expect(clean.diagnostics).toEqual([]);
});
