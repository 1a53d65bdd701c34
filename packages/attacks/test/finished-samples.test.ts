import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import {
  defineAttack,
  defineIterative,
  fmn,
  isAdversarial,
  lastIterate,
  multiTarget,
  runAttack,
  type Goal,
} from "../src/index.ts";
import { linearProblem } from "../src/testing/index.ts";

const problem = linearProblem(7, { samples: 5 });
const n = problem.inputs.length;
const nowhere = { norm: "linf", eps: 1e-6 } as const;
const anywhere = { norm: "linf", eps: Infinity } as const;
const common = { version: "1.0.0", access: "gradient", norms: ["linf"], stochastic: false, params: {} } as const;

const samples = () => ({
  x: tf.tensor(
    problem.inputs.flatMap((x) => [...x]),
    [n, ...problem.classifier.inputShape],
  ),
  labels: problem.labels,
});

test("rows that an attack has finished leave, with their own queries, and take their state along", async () => {
  const seen = new Set<string>();
  const attack = defineIterative({
    ...common,
    id: "test/finished",
    goals: ["untargeted"],
    steps: () => 20,
    init: ({ x, ids }) => ({ x, id: tf.tensor1d(ids, "int32"), isDone: tf.zeros([ids.length]) }),
    step({ ids, oracle }, { x, id }, t) {
      expect([...id.dataSync()]).toEqual([...ids]);
      seen.add(ids.join());
      oracle.labels(x, ids);
      // Sample i needs i + 1 steps. That a state tensor says so must not cost the state.
      return { x, id, isDone: tf.cast(tf.lessEqual(id, t), "float32") as tf.Tensor };
    },
    done: (_ctx, { isDone }, t) => (t === 2 ? undefined : isDone),
  });
  const before = tf.memory().numTensors;
  const data = samples();
  const { queries, dispose } = await runAttack(attack, problem.classifier, data, { threat: nowhere, seed: 0 });
  // After the third step nobody looked.
  expect([...queries]).toEqual([1, 2, 4, 4, 5]);
  expect([...seen]).toEqual(["0,1,2,3,4", "1,2,3,4", "2,3,4", "4"]);
  dispose();
  data.x.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("what counts stays the goal of the whole run where a nested one has targets", async () => {
  const goals: [Goal, Goal][] = [];
  const reached: number[][] = [];
  const attack = defineAttack({
    ...common,
    id: "test/goals",
    kind: "minimum-norm",
    goals: ["untargeted", "targeted"],
    async run(ctx) {
      goals.push([ctx.goal, ctx.success]);
      const wrong = tf.tidy(() => tf.sub(1, tf.oneHot(tf.tensor1d(ctx.success.labels, "int32"), 3)) as tf.Tensor2D);
      reached.push([...isAdversarial(ctx, wrong).dataSync(), ...isAdversarial(ctx, tf.sub(1, wrong)).dataSync()]);
      await ctx.tick();
    },
  });
  const data = samples();
  await runAttack(multiTarget(attack, { targets: 2 }), problem.classifier, data, {
    threat: anywhere,
    seed: 0,
    aim: "nearest",
  });
  expect(goals).toHaveLength(2);
  for (const [goal, success] of goals) {
    expect(goal.kind).toBe("targeted");
    expect(success).toEqual({ kind: "untargeted", labels: problem.labels });
  }
  for (const each of reached) expect(each).toEqual([...new Array(n).fill(1), ...new Array(n).fill(0)]);
  const targets = problem.labels.map((label) => (label + 1) % 3);
  await runAttack(attack, problem.classifier, data, { threat: anywhere, seed: 0, aim: "nearest", targets });
  expect(goals.at(-1)![1]).toEqual({ kind: "targeted", labels: problem.labels, targets });
});

test("an attack knows the distance of the nearest point so far", async () => {
  const { classifier, inputs, labels, optima } = linearProblem(7, { samples: 5, classes: 2 });
  const known: number[][] = [];
  const attack = defineAttack({
    ...common,
    id: "test/nearest",
    kind: "minimum-norm",
    goals: ["untargeted"],
    async run(ctx) {
      const { gradient } = ctx.oracle.lossAndGradient(ctx.x, ctx.ids, "margin");
      for (const factor of [0.5, 2, 1.1, 1.5]) {
        const sizes = tf.tensor(
          optima.map((each) => each * factor),
          [5, 1, 1, 1],
        );
        tf.tidy(() => void ctx.oracle.labels(tf.add(ctx.x, tf.mul(tf.sign(gradient), sizes)), ctx.ids));
        await ctx.tick();
        known.push(Array.from(ctx.ids, (id) => ctx.nearest(id)));
      }
    },
  });
  const x = tf.tensor(
    inputs.flatMap((each) => [...each]),
    [5, ...classifier.inputShape],
  );
  await runAttack(attack, classifier, { x, labels }, { threat: anywhere, seed: 0, aim: "nearest" });
  expect(known[0]).toEqual(optima.map(() => Infinity));
  for (const [i, factor] of [2, 1.1, 1.1].entries()) {
    expect(known[i + 1]).toBeAllclose(
      optima.map((each) => each * factor),
      { rtol: 1e-3 },
    );
  }
});

test("who wants the last point is told that it may lie outside of the ball", async () => {
  const { x, labels } = samples();
  const options = {
    threat: { norm: "linf", eps: 0.1, bounds: { min: 0, max: 1 } },
    goal: { kind: "untargeted", labels },
    ids: Int32Array.from(labels.keys()),
    random: () => keyedRandom(0),
  } as const;
  await expect(lastIterate(fmn, problem.classifier, x, options)).rejects.toThrow(/Use one with a budget/);
});
