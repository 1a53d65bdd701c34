import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import {
  defineAttack,
  defineCombinator,
  minimumNorm,
  pgd,
  predict,
  runAttack,
  type Classifier,
  type RunContext,
} from "../src/index.ts";
import { linearProblem, withHook } from "../src/testing/index.ts";

const problem = linearProblem(7);
const eps = 2 * Math.max(...problem.optima);
const threat = { norm: "linf", eps } as const;
const n = problem.inputs.length;
const samples = () => ({
  x: tf.tensor(
    problem.inputs.flatMap((x) => [...x]),
    [n, ...problem.classifier.inputShape],
  ),
  labels: problem.labels,
});

function outer(run: (ctx: RunContext) => Promise<void>): ReturnType<typeof defineCombinator> {
  return defineCombinator({ id: "test/outer", version: "1.0.0", params: {}, run: (ctx) => run(ctx) });
}

/** The points that gradients were asked for. */
function watching(): { classifier: Classifier; points: tf.Tensor[] } {
  const points: tf.Tensor[] = [];
  const classifier = withHook(problem.classifier, (kind, x) => {
    if (kind === "lossAndGradient") points.push(tf.keep(tf.clone(x)));
  });
  return { classifier, points };
}

function isRow(x: tf.Tensor, row: number, input: number): boolean {
  const values = tf.tidy(() => tf.reshape(x, [x.shape[0]!, -1]).arraySync()) as number[][];
  return values[row]!.every((value, i) => value === Math.fround(problem.inputs[input]![i]!));
}

const plain = pgd({ steps: 8, randomStart: false, stepSize: "0.2 eps" });

describe("a nested run", () => {
  test("begins where it is told, and so does a run", async () => {
    const { classifier, points } = watching();
    const data = samples();
    const start = tf.clipByValue(tf.add(data.x, 0.01), 0, 1);
    const attack = outer((ctx) => ctx.run(pgd({ steps: 1 }), { start: tf.add(ctx.x, 0.01) }))(pgd);
    await runAttack(attack, classifier, data, { threat, seed: 0 });
    await runAttack(pgd({ steps: 1 }), classifier, data, { threat, seed: 0, start });
    for (const asked of points) expect(asked).toBeAllclose(start);
    expect(points).toHaveLength(2);
    const short = runAttack(pgd, classifier, data, { threat, seed: 0, start: tf.slice(start, 0, 1) });
    await expect(short).rejects.toThrow(/1 points to start at for 7 images/);
  });

  test("keeps its start when samples leave", async () => {
    const starts: number[] = [];
    const probe = defineAttack({
      id: "test/probe",
      version: "1.0.0",
      access: "label",
      norms: ["linf"],
      goals: ["untargeted"],
      stochastic: false,
      params: {},
      async run(ctx) {
        // Breaks the first sample alone.
        const found = tf.tidy(() => tf.sub(1, tf.slice(ctx.x, 0, 1)));
        ctx.oracle.labels(found, ctx.ids.subarray(0, 1)).dispose();
        await ctx.tick();
        const { ctx: narrow } = ctx.narrow({});
        starts.push(narrow.start!.shape[0]!);
        expect(narrow.start).toBeAllclose(tf.add(narrow.x, 0.01));
      },
    });
    const flip = linearProblem(7, { classes: 2 });
    const data = {
      x: tf.tensor(
        flip.inputs.flatMap((x) => [...x]),
        [n, 4, 3, 1],
      ),
      labels: flip.labels,
    };
    await runAttack(probe, flip.classifier, data, {
      threat: { norm: "linf", eps: 1 },
      seed: 0,
      start: tf.add(data.x, 0.01),
    });
    expect(starts).toEqual([n - 1]);
  });

  test("stays in smaller balls, one for each sample, and samples leave when they are broken in them", async () => {
    const sizes = Float32Array.from(problem.optima, (optimum, row) => (row % 2 === 0 ? 1.1 : 0.9) * optimum);
    const { classifier, points } = watching();
    const attack = defineCombinator({
      id: "test/balls",
      version: "1.0.0",
      kind: "minimum-norm",
      params: {},
      run: (ctx, [inner]) => ctx.run(inner!, { eps: sizes }),
    })(plain);
    const result = await runAttack(attack, classifier, samples(), {
      threat: { norm: "linf", eps: Infinity },
      aim: "nearest",
      seed: 0,
    });
    expect([...result.success]).toEqual([...sizes.keys()].map((row) => Number(row % 2 === 0)));
    for (const [row, distance] of result.distance.entries()) {
      if (result.success[row] === 1) expect(distance).toBeLessThanOrEqual(sizes[row]! * (1 + 1e-5));
    }
    // Nobody is asked about once it is broken: the others take all steps.
    expect(points.at(-1)!.shape[0]).toBe(Math.floor(n / 2));
    expect([...result.gradients].filter((count) => count === 8)).toHaveLength(Math.floor(n / 2));
  });

  test("side by side with others: each row draws its own numbers, whoever else is there, and batches grow no wider", async () => {
    const drawn = new Map<number, number[]>();
    const widths: number[] = [];
    const noise = defineAttack({
      id: "test/noise",
      version: "1.0.0",
      access: "label",
      norms: ["linf"],
      goals: ["targeted"],
      stochastic: true,
      params: {},
      async run(ctx) {
        widths.push(ctx.ids.length);
        expect(new Set(ctx.ids).size).toBe(ctx.ids.length);
        expect(ctx.goal.kind).toBe("targeted");
        ctx.oracle.labels(ctx.x, ctx.ids).dispose();
        await ctx.tick();
        for (const [row, id] of ctx.ids.entries()) {
          expect(ctx.asked(id)).toBe(3);
          const sample = problem.labels.findIndex((_, i) => isRow(ctx.x, row, i));
          drawn.set(sample, [...(drawn.get(sample) ?? []), ctx.random("noise", id).at(0)]);
        }
      },
    });
    const attack = defineCombinator({
      id: "test/sides",
      version: "1.0.0",
      goals: ["untargeted"],
      params: {},
      run: (ctx, [inner]) =>
        ctx.runTogether(
          inner!,
          [1, 2, 3].map((index) => ({ index, targets: ctx.goal.labels.map((label) => (label + 1) % 3) })),
        ),
    })(noise);
    const found: (readonly [number, number[]])[][] = [];
    for (const batchSize of [1, 5, 100]) {
      drawn.clear();
      const result = await runAttack(attack, problem.classifier, samples(), { threat, seed: 0, batchSize });
      expect([...result.queries]).toEqual(new Array(n).fill(3));
      found.push([...drawn].sort(([a], [b]) => a - b));
    }
    expect(found[0]).toHaveLength(n);
    for (const [, numbers] of found[0]!) expect(new Set(numbers).size).toBe(3);
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    // Of one sample, of two batches of five and two samples, of all seven.
    expect(widths).toEqual([...new Array(n).fill(3), 3, 3, 3, 3, 3, 3, 3, 3 * n]);
  });

  test("goes for its targets, and success stays that of the whole run", async () => {
    const targets = problem.labels.map((label) => (label + 1) % 3);
    const reached = await runAttack(
      outer((ctx) => ctx.run(plain, { targets: ctx.goal.labels.map((label) => (label + 1) % 3) }))(pgd),
      problem.classifier,
      samples(),
      { threat, seed: 0 },
    );
    const direct = await runAttack(plain, problem.classifier, samples(), { threat, seed: 0, targets });
    expect([...reached.success]).toEqual(new Array(n).fill(1));
    // A wrong class that is met on the way ends an untargeted run; where none was, both went the same way.
    for (const row of problem.labels.keys()) {
      if (reached.predicted[row] !== targets[row]) continue;
      expect(reached.queries[row]).toBe(direct.queries[row]);
    }
    const untargeted = defineAttack({
      id: "test/untargeted",
      version: "1.0.0",
      access: "gradient",
      norms: ["linf"],
      goals: ["untargeted"],
      stochastic: false,
      params: {},
      run: () => Promise.resolve(),
    });
    const refused = runAttack(outer((ctx) => ctx.run(untargeted(), { targets }))(pgd), problem.classifier, samples(), {
      threat,
      seed: 0,
    });
    await expect(refused).rejects.toThrow(/test\/untargeted cannot be targeted/);
  });

  test("its outcome is known to who ran it", async () => {
    let seen: readonly number[] = [];
    const attack = outer(async (ctx) => {
      await ctx.run(plain, { eps: 0.5 * Math.min(...problem.optima) });
      const before = await ctx.best();
      expect([...before.found]).toEqual(new Array(n).fill(0));
      before.x.dispose();
      await ctx.run(plain);
      const { x, distance, found } = await ctx.best();
      expect([...found]).toEqual(new Array(n).fill(1));
      seen = [...distance];
      x.dispose();
    })(pgd);
    const { distance } = await runAttack(attack, problem.classifier, samples(), { threat, seed: 0 });
    expect(seen).toEqual([...distance]);
  });
});

test("minimumNorm finds the distance of a linear model, and is the attack itself where any point will do", async () => {
  const attack = minimumNorm(plain, { steps: 20 });
  const options = { threat: { norm: "linf", eps: Infinity }, aim: "nearest", seed: 0 } as const;
  const before = tf.memory().numTensors;
  const data = samples();
  const { distance, success, dispose } = await runAttack(attack, problem.classifier, data, options);
  dispose();
  data.x.dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect([...success]).toEqual(new Array(n).fill(1));
  expect(distance).toBeAllclose(problem.optima, { rtol: 0.02 });
  const within = await runAttack(attack, problem.classifier, samples(), { threat, seed: 0 });
  const itself = await runAttack(plain, problem.classifier, samples(), { threat, seed: 0 });
  expect(within.adversarial.dataSync()).toEqual(itself.adversarial.dataSync());
  const budget = runAttack(plain, problem.classifier, samples(), options);
  await expect(budget).rejects.toThrow(/needs an eps.*minimumNorm\(attack\)/);
});

test("a trace holds every question about the samples that it is for", async () => {
  const ids = Int32Array.from({ length: n }, (_, i) => 10 + i);
  const options = { threat, seed: 0, trace: Int32Array.of(11, 13) };
  const result = await runAttack(plain, problem.classifier, { ...samples(), ids }, options);
  expect(result.trace).toHaveLength(result.queries[1]! + result.queries[3]!);
  for (const [id, row] of [
    [11, 1],
    [13, 3],
  ] as const) {
    const mine = result.trace.filter((point) => point.id === id);
    expect(mine.map(({ query }) => query)).toEqual(mine.map((_, i) => i + 1));
    expect(mine[0]).toMatchObject({ distance: 0, predicted: problem.labels[row] });
    const last = mine.at(-1)!;
    expect(last.margin).toBeCloseTo(result.margin[row]!, 5);
    expect(last.distance).toBeCloseTo(result.distance[row]!, 5);
    expect(mine.every(({ excess }) => excess <= 1)).toBe(true);
  }
});

describe("a model that answers at random", () => {
  // Its two scores change places in one draw of ten; on average it is right, and no point of the ball changes that.
  const lucky = (share: number): Classifier & { calls: number } => {
    const flips = (id: number, draw: number): boolean => ((id * 7 + draw * 3) % 10) / 10 < share;
    const classifier: Classifier & { calls: number } = {
      inputShape: [2],
      numClasses: 2,
      bounds: { min: 0, max: 1 },
      choosableBackward: false,
      random: true,
      calls: 0,
      logits(x, ids, draws) {
        classifier.calls += 1;
        const rows = Array.from(ids, (id, row) => (flips(id, draws![row]!) ? [0, 2] : [2, 0]));
        return tf.tensor2d(rows, [x.shape[0]!, 2]);
      },
      lossAndGradient(x, ids, loss, options) {
        const logits = classifier.logits(x, ids, options?.draws);
        return { logits, loss: loss(logits), gradient: tf.onesLike(x) };
      },
    };
    return classifier;
  };
  const data = { x: tf.mul(tf.ones([5, 2]), 0.5), labels: new Int32Array(5) };
  const small = { threat: { norm: "linf", eps: 0.1 }, seed: 0 } as const;

  test("a lucky draw is no success, and does not end the attack", async () => {
    const result = await runAttack(pgd({ steps: 10 }), lucky(0.3), data, small);
    expect([...result.success]).toEqual([0, 0, 0, 0, 0]);
    expect([...result.gradients]).toEqual([10, 10, 10, 10, 10]);
    expect(result.diagnostics).toEqual([]);
  });

  test("what most draws say is what it says", async () => {
    expect([...(await predict(lucky(0.3), data)).correct]).toEqual([1, 1, 1, 1, 1]);
    expect([...(await predict(lucky(0.7), data)).correct]).toEqual([0, 0, 0, 0, 0]);
    const { margin } = await predict(lucky(0.3), data, { draws: 10 });
    expect(margin).toBeAllclose(new Array(5).fill(-0.8), { rtol: 1e-5 });
  });

  test("each question of a sample takes other draws, the same in any batch", async () => {
    const drawn: string[] = [];
    const recording = (): Classifier => {
      const inner = lucky(0);
      return {
        ...inner,
        lossAndGradient(x, ids, loss, options) {
          for (const [row, id] of ids.entries()) drawn.push(`${id}:${options!.draws![row]}`);
          return inner.lossAndGradient(x, ids, loss, options);
        },
      };
    };
    await runAttack(pgd({ steps: 3 }), recording(), data, { ...small, draws: 4 });
    expect(drawn.filter((each) => each.startsWith("2:"))).toEqual(["2:5", "2:6", "2:7"]);
    const together = new Set(drawn.splice(0));
    await runAttack(pgd({ steps: 3 }), recording(), data, { ...small, draws: 4, batchSize: 2 });
    expect(new Set(drawn)).toEqual(together);
  });
});
