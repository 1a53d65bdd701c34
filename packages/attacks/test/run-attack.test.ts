import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import {
  checkAttack,
  defineAttack,
  defineIterative,
  pgd,
  predict,
  runAttack,
  type Attack,
  type AttackMaker,
  type Classifier,
  type RunContext,
} from "../src/index.ts";
import { withChangedLogits, withHook } from "../src/testing/index.ts";
import { recording, tilted } from "./tilted.ts";

const threat = { norm: "linf", eps: 0.2 } as const;

test("PGD follows the trace computed by hand", async () => {
  const { classifier, points } = recording(tilted);
  const x = tf.tensor2d([
    [0.5, 0.25],
    [0.9, 0.05],
  ]);
  const data = { x, labels: Int32Array.of(0, 0) };
  const attack = pgd({ steps: 3, stepSize: "0.5 eps", randomStart: false });
  const result = await runAttack(attack, classifier, data, { threat, seed: 0 });
  // Each step lowers a by 0.1 and raises b by 0.1, until eps = 0.2 is used up.
  const expected = [
    [0.5, 0.25, 0.9, 0.05],
    [0.4, 0.35, 0.8, 0.15],
    // 2 * 0.3 - 0.45 > 0: still class 0.
    [0.3, 0.45, 0.7, 0.25],
  ];
  for (const [t, row] of expected.entries()) {
    for (const [i, value] of row.entries()) expect(points[t]!.flat()[i]).toBeCloseTo(value, 6);
  }
  expect([...result.success]).toEqual([0, 0]);
  expect([...result.gradients]).toEqual([3, 3]);
  expect([...result.queries]).toEqual([4, 4]);
  // The best margins: -(2 * 0.3 - 0.45) and -(2 * 0.7 - 0.25), though the inputs are returned.
  expect(result.margin[0]).toBeCloseTo(-0.15, 5);
  expect(result.margin[1]).toBeCloseTo(-1.15, 5);
  expect(result.adversarial.dataSync()).toEqual(x.dataSync());
  expect([...result.distance]).toEqual([0, 0]);
});

test("broken samples leave the batch, and their first adversarial point is what comes back", async () => {
  const { classifier, points } = recording(tilted);
  const x = tf.tensor2d([
    [0.9, 0.05],
    [0.3, 0.45],
  ]);
  const params = { steps: 4, stepSize: "0.5 eps", randomStart: false } as const;
  const data = { x, labels: Int32Array.of(0, 0) };
  const result = await runAttack(pgd(params), classifier, data, { threat, seed: 0 });
  // 2 * 0.2 - 0.55 < 0 after one step, noticed when it is asked about in the second.
  expect(points.map((rows) => rows.length)).toEqual([2, 2, 1, 1]);
  expect([...result.success]).toEqual([0, 1]);
  expect([...result.firstSuccessAt]).toEqual([-1, 2]);
  expect([...result.queries]).toEqual([5, 2]);
  const [a, b] = result.adversarial.dataSync().slice(2);
  expect(a).toBeCloseTo(0.2, 6);
  expect(b).toBeCloseTo(0.55, 6);
  expect(result.distance[1]).toBeCloseTo(0.1, 6);
  expect(result.provenance).toEqual({
    id: "kwta/pgd",
    version: "1.0.0",
    params: { ...params, loss: "margin", restarts: 1 },
    of: [],
  });
  expect(result).toMatchObject({ seed: 0, backend: "cpu" });
});

test("without early stop every sample goes to the end and the best point counts", async () => {
  const { classifier, points } = recording(tilted);
  const data = {
    x: tf.tensor2d([
      [0.3, 0.45],
      [0.1, 0.5],
    ]),
    labels: Int32Array.of(0, 0),
  };
  const attack = pgd({ steps: 4, stepSize: "0.5 eps", randomStart: false });
  const result = await runAttack(attack, classifier, data, { threat, seed: 0, stopEarly: false, keepFailed: true });
  expect(points.map((rows) => rows.length)).toEqual([2, 2, 2, 2]);
  // The second one was wrong from the start: attacked, but no success.
  expect([...result.success]).toEqual([1, 0]);
  expect(result.margin[0]).toBeCloseTo(-(2 * 0.1 - 0.65), 5);
  expect(result.distance[0]).toBeCloseTo(0.2, 6);
  expect(result.margin[1]).toBeCloseTo(-(2 * 0 - 0.7), 5);
});

test("the first adversarial point of a sample stays, also among several of one query", async () => {
  const attack = defineAttack({
    ...pgd,
    access: "score",
    params: {},
    async run({ oracle, x, ids, tick }) {
      const points = tf.sub(tf.tile(x, [3, 1]), tf.tensor2d([[0.1], [0.15], [0.2]]));
      tf.tidy(() => void oracle.logits(points, Int32Array.of(ids[0]!, ids[0]!, ids[0]!)));
      points.dispose();
      await tick();
    },
  });
  // 2 a - b falls by 0.1, 0.15 and 0.2: the second point is the first adversarial one.
  const data = { x: tf.tensor2d([[0.3, 0.47]]), labels: Int32Array.of(0) };
  const result = await runAttack(attack, tilted, data, { threat, seed: 0 });
  expect(result.adversarial.dataSync()[0]).toBeCloseTo(0.15, 6);
  expect([...result.firstSuccessAt]).toEqual([2]);
  expect([...result.queries]).toEqual([3]);
});

test("an aborted attack cannot go on asking", async () => {
  const controller = new AbortController();
  let calls = 0;
  const stubborn = defineAttack({
    ...pgd,
    access: "score",
    params: {},
    run: async ({ oracle, x, ids }) =>
      tf.tidy(() => {
        for (; calls < 9; calls++) {
          if (calls === 3) controller.abort();
          oracle.logits(x, ids);
        }
      }),
  });
  const data = { x: tf.tensor2d([[0.9, 0.05]]), labels: Int32Array.of(0) };
  const running = runAttack(stubborn, tilted, data, { threat, seed: 0, signal: controller.signal });
  await expect(running).rejects.toThrow("Stopped on request.");
  expect(calls).toBe(3);
});

test("a model that hides its gradient, and one that gives probabilities, are reported", async () => {
  const data = { x: tf.tensor2d([[0.9, 0.05]]), labels: Int32Array.of(0) };
  const options = { threat, seed: 0 };
  const softmax = withChangedLogits(tilted, (logits) => tf.softmax(logits));
  const probabilities = await runAttack(pgd({ steps: 2 }), softmax, data, options);
  expect(probabilities.diagnostics.map(({ kind }) => kind)).toEqual(["probabilities"]);
  const flat: Classifier = {
    ...tilted,
    lossAndGradient: (x, ids, loss) => ({ ...tilted.lossAndGradient(x, ids, loss), gradient: tf.zerosLike(x) }),
  };
  const hidden = await runAttack(pgd({ steps: 2 }), flat, data, options);
  expect(hidden.diagnostics).toMatchObject([{ kind: "zero-gradient", count: 1 }]);
});

test("no images at all", async () => {
  const result = await runAttack(pgd, tilted, { x: tf.zeros([0, 2]), labels: new Int32Array() }, { threat, seed: 0 });
  expect(result.adversarial.shape).toEqual([0, 2]);
  expect(result.success).toHaveLength(0);
});

test("an attack sees no more of the model than it declared", async () => {
  const seen: string[][] = [];
  const spy = (access: "label" | "score" | "gradient"): AttackMaker =>
    defineAttack({
      ...pgd,
      id: "test/spy",
      access,
      params: {},
      run: async ({ oracle }) => void seen.push(Object.keys(oracle)),
    });
  const data = { x: tf.tensor2d([[0.9, 0.05]]), labels: Int32Array.of(0) };
  for (const access of ["label", "score", "gradient"] as const) {
    await runAttack(spy(access), tilted, data, { threat, seed: 0 });
  }
  const [label, score] = [
    ["labels", "labelsAsync"],
    ["logits", "logitsAsync"],
  ];
  expect(seen).toEqual([label, [...label, ...score], [...label, ...score, "lossAndGradient"]]);
  const sneaky = defineAttack({ ...spy("label"), params: {}, run: (ctx) => ctx.run(pgd()) });
  await expect(runAttack(sneaky, tilted, data, { threat, seed: 0 })).rejects.toThrow(/Declare the larger access/);
});

test("points outside ball or box do not count, whatever the attack says about them", async () => {
  const data = {
    x: tf.tensor2d([
      [0.1, 0],
      [0.9, 0],
    ]),
    labels: Int32Array.of(0, 0),
  };
  const ask = (points: (ctx: RunContext) => [tf.Tensor, Int32Array]) =>
    defineAttack({
      ...pgd,
      access: "gradient",
      params: {},
      async run(ctx) {
        tf.tidy(() => void ctx.oracle.logits(...points(ctx)));
        await ctx.tick();
      },
    });
  const far = ask(({ x, ids }) => [tf.sub(x, 0.9), ids]);
  // At a = -0.05 the first sample would be broken.
  const outOfBox = ask(({ x, ids }) => [
    tf.sub(
      x,
      tf.tensor2d([
        [0.15, 0],
        [0, 0],
      ]),
    ),
    ids,
  ]);
  // Projected around one sample, and passed off as points of the other.
  const swapped = ask(({ x, ids, geometry, threat: rules }) => {
    const allowed = geometry.project(tf.sub(x, 0.2), x, rules.eps, rules.bounds);
    return [allowed, Int32Array.of(ids[1]!, ids[0]!)];
  });
  // Projected around another center.
  const elsewhere = ask(({ x, ids, geometry, threat: rules }) => {
    const center = tf.add(x, tf.tensor2d([[0, 0.5]]));
    return [geometry.project(x, center, rules.eps, rules.bounds), ids];
  });
  for (const attack of [far, outOfBox, swapped, elsewhere]) {
    const result = await runAttack(attack, tilted, data, { threat, seed: 0, keepFailed: true });
    expect([...result.success]).toEqual([0, 0]);
    expect([...result.distance]).toEqual([0, 0]);
    expect([...result.queries]).toEqual([1, 1]);
  }
});

test("mistakes of attack authors are named", async () => {
  const data = {
    x: tf.tensor2d([
      [0.9, 0.05],
      [0.9, 0],
    ]),
    labels: Int32Array.of(0, 0),
  };
  const wrongState = defineIterative({
    ...pgd,
    params: {},
    steps: () => 1,
    restarts: () => 1,
    init: ({ x }) => ({ x: tf.slice(x, 0, 1) }),
    step: (_ctx, state) => state,
  });
  await expect(runAttack(wrongState, tilted, data, { threat, seed: 0 })).rejects.toThrow(
    /state x has shape \[1, 2\] for 2 samples/,
  );
  const ask = (run: Attack["run"]) =>
    runAttack(defineAttack({ ...pgd, params: {}, run }), tilted, data, { threat, seed: 0 });
  const wrongIds = Int32Array.of(0, 7);
  const before = tf.memory().numTensors;
  await expect(ask(async ({ oracle, x }) => void oracle.logits(x, wrongIds))).rejects.toThrow(/sample 7/);
  await expect(ask(async ({ oracle, x }) => void oracle.logits(x, wrongIds.slice(1)))).rejects.toThrow(
    /2 points with 1/,
  );
  const untiring: Attack["run"] = async ({ oracle, x, ids }) =>
    tf.tidy(() => {
      for (;;) oracle.logits(x, ids);
    });
  await expect(ask(untiring)).rejects.toThrow(/Await ctx.tick\(\)/);
  expect(tf.memory().numTensors).toBe(before);
});

test("attacks and parameters are checked", () => {
  expect(() => checkAttack({ ...pgd(), api: 0 })).toThrow(/contract version \(api\) is 0/);
  expect(() => checkAttack({ ...pgd(), id: "pgd" })).toThrow(/not "owner\/name"/);
  expect(() => checkAttack({ ...pgd(), norms: ["l7"] })).toThrow(/its norms are \["l7"\], not among linf/);
  expect(() => checkAttack({ ...pgd(), of: undefined })).toThrow(/what it is made of/);
  expect(() => checkAttack(undefined)).toThrow(/cannot be used/);
  expect(() => pgd({ step: 3 } as never)).toThrow(/Unknown parameter of kwta\/pgd "step". Known: steps/);
  expect(() => pgd({ steps: 2.5 })).toThrow(
    "Parameter steps of kwta/pgd is 2.5. It takes a whole number of at least 1.",
  );
  expect(() => pgd({ loss: "mse" as never })).toThrow(/one of margin, cross-entropy/);
});

test("a step size is a length: in units of the data, a fraction, or a share of eps", async () => {
  const moved = async (stepSize: number | string): Promise<number> => {
    const data = { x: tf.tensor2d([[0.9, 0.5]]), labels: Int32Array.of(0) };
    const attack = pgd({ steps: 1, stepSize, randomStart: false });
    const result = await runAttack(attack, tilted, data, { threat, seed: 0, keepFailed: true });
    return result.distance[0]!;
  };
  expect(await moved("2/255")).toBeCloseTo(2 / 255, 6);
  expect(await moved(2 / 255)).toBeCloseTo(2 / 255, 6);
  expect(await moved("0.5 eps")).toBeCloseTo(0.1, 6);
});

test("options that do not exist, and norms, are refused", async () => {
  const data = { x: tf.tensor2d([[0.9, 0.5]]), labels: Int32Array.of(0) };
  const run = (options: object) => runAttack(pgd, tilted, data, { threat, seed: 0, ...options });
  await expect(run({ target: 1 })).rejects.toThrow(/Unknown option of runAttack "target". Known: targets/);
  await expect(run({ threat: { norm: "l7", eps: 0.1 } })).rejects.toThrow(
    'Unknown norm "l7". Known: l2, l1, l0, linf.',
  );
});

test("clean answers that are handed on are not asked for again", async () => {
  const x = tf.tensor2d([
    [0.9, 0.05],
    [0.1, 0.5],
  ]);
  const data = { x, labels: Int32Array.of(0, 0) };
  let calls = 0;
  const classifier = withHook(tilted, () => (calls += 1));
  const clean = await predict(classifier, data);
  expect(clean).toMatchObject({ predicted: Int32Array.of(0, 1), correct: Uint8Array.of(1, 0) });
  expect(calls).toBe(1);
  const attack = pgd({ steps: 2, randomStart: false });
  const handed = await runAttack(attack, classifier, data, { threat, seed: 0, clean });
  expect(calls).toBe(1 + 2 + 1 + 1);
  const asked = await runAttack(attack, tilted, data, { threat, seed: 0 });
  expect(handed.margin).toEqual(asked.margin);
  expect(handed.success).toEqual(asked.success);
});

test("an attack can change nothing of what it is given", async () => {
  const vandal = defineAttack({
    ...pgd,
    access: "score",
    params: {},
    async run(ctx) {
      ctx.goal.labels.fill(1);
      ctx.ids.fill(0);
      expect(() => ((ctx.threat as { eps: number }).eps = 1)).toThrow(/read only/);
      expect(() => ((ctx as { x: tf.Tensor }).x = tf.zeros([1]))).toThrow(/read only/);
      // On cpu this is the tensor's own memory.
      ctx.x.dataSync().fill(0);
      tf.tidy(() => void ctx.oracle.logits(ctx.x, Int32Array.of(3, 4)));
      await ctx.tick();
    },
  });
  const values = [0.9, 0.05, 0.8, 0];
  const x = tf.tensor2d(values, [2, 2]);
  const data = { x, labels: Int32Array.of(0, 0), ids: Int32Array.of(3, 4) };
  const result = await runAttack(vandal, tilted, data, { threat, seed: 0, keepFailed: true });
  expect([...result.success]).toEqual([0, 0]);
  expect([...x.dataSync()]).toEqual([...Float32Array.from(values)]);
  expect([...data.labels, ...data.ids]).toEqual([0, 0, 3, 4]);
});
