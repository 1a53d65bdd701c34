import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import type { Progress } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import {
  cascade,
  checkPlugin,
  defineAttack,
  defineIterative,
  gateSurrogate,
  pgd,
  resolveParams,
  runAttack,
  withParams,
  withRestarts,
  type AttackPlugin,
  type Classifier,
  type RunContext,
} from "../src/index.ts";
import { linearClassifier, withChangedLogits, withHook } from "../src/testing.ts";

const threat = { norm: "linf", eps: 0.2 } as const;

/** Two classes, two features, z = (2 a - b, 0): class 0 where 2 a > b. */
const tilted = linearClassifier(
  [
    [2, -1],
    [0, 0],
  ],
  [0, 0],
);

/** Records the points that gradients are asked for, and their rows. */
function recording(classifier: Classifier): { classifier: Classifier; points: number[][][] } {
  const points: number[][][] = [];
  const hooked = withHook(classifier, (kind, x) => {
    if (kind === "lossAndGradient") points.push(x.arraySync() as number[][]);
  });
  return { classifier: hooked, points };
}

test("PGD follows the trace computed by hand", async () => {
  const { classifier, points } = recording(tilted);
  const x = tf.tensor2d([
    [0.5, 0.25],
    [0.9, 0.05],
  ]);
  const params = { steps: 3, stepSize: 0.5, randomStart: false };
  const data = { x, labels: Int32Array.of(0, 0) };
  const result = await runAttack(pgd, classifier, data, { threat, params, seed: 0 });
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
  const params = { steps: 4, stepSize: 0.5, randomStart: false };
  const data = { x, labels: Int32Array.of(0, 0) };
  const result = await runAttack(pgd, classifier, data, { threat, params, seed: 0 });
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
    attack: "kwta/pgd",
    version: "1.0.0",
    params: { ...params, loss: "margin", restarts: 1, backward: "exact" },
    seed: 0,
    backend: "cpu",
  });
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
  const options = { threat, params: { steps: 4, stepSize: 0.5, randomStart: false }, seed: 0 };
  const result = await runAttack(pgd, classifier, data, { ...options, stopEarly: false, keepFailed: true });
  expect(points.map((rows) => rows.length)).toEqual([2, 2, 2, 2]);
  // The second one was wrong from the start: attacked, but no success.
  expect([...result.success]).toEqual([1, 0]);
  expect(result.margin[0]).toBeCloseTo(-(2 * 0.1 - 0.65), 5);
  expect(result.distance[0]).toBeCloseTo(0.2, 6);
  expect(result.margin[1]).toBeCloseTo(-(2 * 0 - 0.7), 5);
});

test("the gate surrogate takes its temperatures one restart after the other", async () => {
  const seen = new Set<string | undefined>();
  const classifier: Classifier = {
    ...tilted,
    lossAndGradient(x, ids, loss, options) {
      seen.add(options?.backward);
      return tilted.lossAndGradient(x, ids, loss, options);
    },
  };
  const data = { x: tf.tensor2d([[0.9, 0.05]]), labels: Int32Array.of(0) };
  const params = { steps: 2, restarts: 3, temperatures: [0.1, 0.25] };
  const result = await runAttack(gateSurrogate, classifier, data, { threat, params, seed: 0 });
  expect([...seen]).toEqual(["gate:0.1", "gate:0.25"]);
  const plain = await runAttack(withRestarts(pgd, 3), tilted, data, { threat, params: { steps: 2 }, seed: 0 });
  expect(result.gradients).toEqual(plain.gradients);
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

test("the second attack of a cascade sees only what the first left standing", async () => {
  const { classifier, points } = recording(tilted);
  const x = tf.tensor2d([
    [0.9, 0.05],
    [0.3, 0.45],
  ]);
  const one = withParams(pgd, { steps: 1, stepSize: 0.5, randomStart: false });
  const data = { x, labels: Int32Array.of(0, 0) };
  const result = await runAttack(cascade([one, withParams(one, { steps: 2 })]), classifier, data, { threat, seed: 0 });
  expect(points.map((rows) => rows.length)).toEqual([2, 1, 1]);
  expect([...result.success]).toEqual([0, 1]);
  expect([...result.queries]).toEqual([5, 2]);
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

test("progress only rises and ends at the number of images", async () => {
  const seen: Progress[] = [];
  const x = tf.tidy(() => tf.tile(tf.tensor2d([[0.9, 0.05]]), [5, 1]));
  const data = { x, labels: new Int32Array(5) };
  const attack = cascade([withParams(pgd, { steps: 3 }), withParams(gateSurrogate, { steps: 2 })]);
  await runAttack(attack, tilted, data, {
    threat,
    seed: 0,
    batchSize: 2,
    onProgress: (progress) => seen.push(progress),
  });
  const done = seen.map((progress) => progress.done);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(seen.at(-1)).toEqual({ task: "attack cascade/pgd+gate", done: 5, total: 5, unit: "image" });
});

test("a model that hides its gradient, and one that gives probabilities, are reported", async () => {
  const data = { x: tf.tensor2d([[0.9, 0.05]]), labels: Int32Array.of(0) };
  const options = { threat, params: { steps: 2 }, seed: 0 };
  const softmax = withChangedLogits(tilted, (logits) => tf.softmax(logits));
  const probabilities = await runAttack(pgd, softmax, data, options);
  expect(probabilities.diagnostics.map(({ kind }) => kind)).toEqual(["probabilities"]);
  const flat: Classifier = {
    ...tilted,
    lossAndGradient: (x, ids, loss) => ({ ...tilted.lossAndGradient(x, ids, loss), gradient: tf.zerosLike(x) }),
  };
  const hidden = await runAttack(pgd, flat, data, options);
  expect(hidden.diagnostics).toMatchObject([{ kind: "zero-gradient", samples: 1 }]);
});

test("no images at all", async () => {
  const result = await runAttack(pgd, tilted, { x: tf.zeros([0, 2]), labels: new Int32Array() }, { threat, seed: 0 });
  expect(result.adversarial.shape).toEqual([0, 2]);
  expect(result.success).toHaveLength(0);
});

test("an attack sees no more of the model than it declared", async () => {
  const seen: string[][] = [];
  const spy = (access: "label" | "score" | "gradient"): AttackPlugin =>
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
  expect(seen).toEqual([["labels"], ["labels", "logits"], ["labels", "logits", "lossAndGradient"]]);
  const sneaky = defineAttack({ ...spy("label"), run: (ctx) => ctx.run(pgd) });
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
    const allowed = geometry.project(tf.sub(x, 0.2), x, rules);
    return [allowed, Int32Array.of(ids[1]!, ids[0]!)];
  });
  // Projected around another center.
  const elsewhere = ask(({ x, ids, geometry, threat: rules }) => {
    const center = tf.add(x, tf.tensor2d([[0, 0.5]]));
    return [geometry.project(x, center, rules), ids];
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
  const ask = (run: AttackPlugin["run"]) =>
    runAttack(defineAttack({ ...pgd, params: {}, run }), tilted, data, { threat, seed: 0 });
  const wrongIds = Int32Array.of(0, 7);
  const before = tf.memory().numTensors;
  await expect(ask(async ({ oracle, x }) => void oracle.logits(x, wrongIds))).rejects.toThrow(/sample 7/);
  await expect(ask(async ({ oracle, x }) => void oracle.logits(x, wrongIds.slice(1)))).rejects.toThrow(
    /2 points with 1/,
  );
  const untiring: AttackPlugin["run"] = async ({ oracle, x, ids }) =>
    tf.tidy(() => {
      for (;;) oracle.logits(x, ids);
    });
  await expect(ask(untiring)).rejects.toThrow(/Await ctx.tick\(\)/);
  expect(tf.memory().numTensors).toBe(before);
});

test("plugins and parameters are checked", () => {
  expect(() => checkPlugin({ ...pgd, api: 0 })).toThrow(/contract version \(api\) is 0/);
  expect(() => checkPlugin({ ...pgd, id: "pgd" })).toThrow(/not "owner\/name"/);
  expect(() => checkPlugin(undefined)).toThrow(/cannot be used/);
  expect(() => resolveParams("kwta/pgd", pgd.params, { step: 3 } as never)).toThrow(
    /Unknown parameter of kwta\/pgd "step". Known: steps/,
  );
  const complaint = (params: object) => () => resolveParams("kwta/pgd", pgd.params, params);
  expect(complaint({ steps: 2.5 })).toThrow(
    "Parameter steps of kwta/pgd is 2.5. It takes a whole number of at least 1.",
  );
  expect(complaint({ loss: "mse" })).toThrow(/one of margin, cross-entropy/);
  expect(complaint({ randomStart: "yes" })).toThrow(/true or false/);
});
