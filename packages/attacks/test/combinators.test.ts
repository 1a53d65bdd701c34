import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import type { Progress } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import {
  adaptive,
  ATTACKS,
  cascade,
  defineAttack,
  defineCombinator,
  formatAttack,
  gradientEstimate,
  makeAttack,
  parseAttack,
  pgd,
  provenanceOf,
  restarts,
  runAttack,
  toAttack,
  type Attack,
  type AttackLike,
  type Classifier,
} from "../src/index.ts";
import { linearClassifier, withHook } from "../src/testing/index.ts";
import { recording, tilted } from "./tilted.ts";

const threat = { norm: "linf", eps: 0.2 } as const;

/** One that stands, one that falls after some steps, one that falls at once. */
const samples = () => ({
  x: tf.tensor2d([
    [0.9, 0.05],
    [0.3, 0.4],
    [0.3, 0.59],
  ]),
  labels: new Int32Array(3),
});

test("the second attack of a cascade sees only what the first left standing", async () => {
  const { classifier, points } = recording(tilted);
  const x = tf.tensor2d([
    [0.9, 0.05],
    [0.3, 0.45],
  ]);
  const one = { steps: 1, stepSize: "0.5 eps", randomStart: false } as const;
  const data = { x, labels: Int32Array.of(0, 0) };
  const result = await runAttack(cascade(pgd(one), pgd({ ...one, steps: 2 })), classifier, data, { threat, seed: 0 });
  expect(points.map((rows) => rows.length)).toEqual([2, 1, 1]);
  expect([...result.success]).toEqual([0, 1]);
  expect([...result.queries]).toEqual([5, 2]);
});

test("two equal attacks of a cascade start from other points", async () => {
  const { classifier, points } = recording(tilted);
  const data = { x: tf.tensor2d([[0.9, 0.05]]), labels: Int32Array.of(0) };
  await runAttack(cascade(pgd({ steps: 1 }), pgd({ steps: 1, stepSize: 0.01 })), classifier, data, { threat, seed: 0 });
  expect(points[0]).not.toEqual(points[1]);
  points.length = 0;
  await runAttack(pgd({ steps: 1 }), classifier, data, { threat, seed: 0 });
  const [alone] = points.splice(0);
  await runAttack(cascade(pgd({ steps: 1 })), classifier, data, { threat, seed: 0 });
  expect(points[0]).toEqual(alone);
});

test("the adaptive form runs the attack once with each backward pass", async () => {
  const seen: (string | undefined)[] = [];
  const classifier: Classifier = {
    ...tilted,
    lossAndGradient(x, ids, loss, options) {
      seen.push(options?.backward);
      return tilted.lossAndGradient(x, ids, loss, options);
    },
  };
  const data = { x: tf.tensor2d([[0.9, 0.05]]), labels: Int32Array.of(0) };
  const attack = adaptive(pgd({ steps: 2 }), { backward: ["gate:0.1", "relu"] });
  const result = await runAttack(attack, classifier, data, { threat, seed: 0 });
  expect(seen).toEqual(["gate:0.1", "gate:0.1", "relu", "relu"]);
  const plain = await runAttack(pgd({ steps: 2, restarts: 2 }), tilted, data, { threat, seed: 0 });
  expect(result.gradients).toEqual(plain.gradients);
});

test("progress only rises and ends at the number of images", async () => {
  const seen: Progress[] = [];
  const x = tf.tidy(() => tf.tile(tf.tensor2d([[0.9, 0.05]]), [5, 1]));
  const data = { x, labels: new Int32Array(5) };
  const attack = cascade(pgd({ steps: 3 }), adaptive(pgd({ steps: 2 })), restarts(pgd({ steps: 1, restarts: 2 })));
  await runAttack(attack, tilted, data, {
    threat,
    seed: 0,
    batchSize: 2,
    onProgress: (progress) => seen.push(progress),
  });
  const done = seen.map((progress) => progress.done);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(seen.at(-1)).toEqual({ task: "attack kwta/cascade", done: 5, total: 5, unit: "image" });
});

/** What a third party might write: flips the gradient, by the public interface alone. */
const contrary = defineCombinator({
  id: "third-party/contrary",
  version: "1.0.0",
  params: { factor: { type: "number", default: -1, description: "What gradients are multiplied by." } } as const,
  async run(ctx, of) {
    const { oracle, params } = ctx;
    const flipped = ctx.with({
      oracle: {
        lossAndGradient(x, ids, loss, options) {
          const answer = oracle.lossAndGradient(x, ids, loss, options);
          return { ...answer, gradient: tf.mul(answer.gradient, params.factor) };
        },
      },
    });
    for (const attack of of) await flipped.run(attack);
  },
});

const climbing = { steps: 4, stepSize: "0.25 eps", randomStart: false } as const;

const forms: Readonly<Record<string, (attack: AttackLike) => Attack>> = {
  alone: (attack) => contrary(attack),
  "in restarts": (attack) => restarts(contrary(attack), { count: 2 }),
  "around restarts": (attack) => contrary(restarts(attack, { count: 2 })),
  "in a cascade": (attack) => cascade(contrary(attack), contrary(attack)),
  "around a cascade": (attack) => contrary(cascade(attack, attack)),
  "around the adaptive form": (attack) => contrary(adaptive(attack, { backward: ["gate:0.1", "gate:0.2"] })),
  "in the adaptive form": (attack) => adaptive(contrary(attack), { backward: ["gate:0.1", "gate:0.2"] }),
};

test.each(Object.entries(forms))("a wrapped oracle stays wrapped, after narrow too: %s", async (_how, form) => {
  const { classifier, points } = recording(tilted);
  const attack = form(pgd(climbing));
  const flipped = await runAttack(attack, classifier, samples(), { threat, seed: 0 });
  // Descent on what should be climbed: the feature a, of weight 2, only ever rises.
  expect(points.length).toBeGreaterThanOrEqual(4);
  for (const rows of points) expect(rows[0]![0]).toBeGreaterThanOrEqual(0.9 - 1e-6);
  expect([...flipped.success]).toEqual([0, 0, 0]);
  // Twice flipped is not flipped at all.
  const twice = await runAttack(contrary(attack), tilted, samples(), { threat, seed: 0 });
  expect([...twice.success]).toEqual([0, 1, 1]);
});

test("an oracle that is handed to an inner attack decides what that may see", async () => {
  const surrogate = linearClassifier(
    [
      [1, 0],
      [0, 1],
    ],
    [0, 0],
  );
  let asked = 0;
  const victim = withHook(tilted, (kind) => {
    expect(kind).toBe("logits");
    asked += 1;
  });
  const transfer = defineAttack({
    ...pgd,
    id: "test/transfer",
    access: "label",
    params: {},
    async run(ctx) {
      const { labels } = ctx.oracle;
      await ctx.run(pgd({ steps: 4, stepSize: "0.5 eps", randomStart: false }), {
        oracle: {
          labels,
          logits: surrogate.logits,
          lossAndGradient(x, ids, _loss, options) {
            // The decision is the victim's, the direction is not.
            tf.tidy(() => void labels(x, ids));
            return surrogate.lossAndGradient(
              x,
              ids,
              (logits) => tf.neg(tf.reshape(tf.slice(logits, [0, 0], [-1, 1]), [-1])),
              options,
            );
          },
        },
      });
    },
  });
  const result = await runAttack(transfer, victim, samples(), { threat, seed: 0 });
  expect([...result.success]).toEqual([0, 1, 1]);
  expect([...result.gradients]).toEqual([0, 0, 0]);
  expect(asked).toBeGreaterThan(4);
});

test("what an attack is made of is written down, and makes it again", async () => {
  const attack = cascade(
    pgd({ steps: 3 }),
    adaptive(restarts(pgd({ stepSize: "2/255" }), { count: 3 }), { backward: ["gate:0.2", "straight-through"] }),
  );
  const text = formatAttack(attack);
  expect(text).toBe(
    "cascade(pgd:steps=3,adaptive(restarts(pgd:stepSize=2/255):count=3):backward=gate:0.2+straight-through)",
  );
  const tree = JSON.parse(JSON.stringify(provenanceOf(attack))) as ReturnType<typeof provenanceOf>;
  for (const again of [parseAttack(text), makeAttack(tree)]) {
    expect(provenanceOf(again)).toEqual(provenanceOf(attack));
    const [a, b] = [
      await runAttack(attack, tilted, samples(), { threat, seed: 1 }),
      await runAttack(again, tilted, samples(), { threat, seed: 1 }),
    ];
    expect(b.margin).toEqual(a.margin);
    expect(b.provenance).toEqual(tree);
  }
  expect(() => makeAttack({ ...tree, version: "0.1.0" })).toThrow(/made by kwta\/cascade 0.1.0; here is 1.0.0/);
});

test("names are looked up, others' attacks among them, and two of one id are refused", () => {
  const mine = defineAttack({ ...pgd, id: "me/mine", params: {}, run: async () => {} });
  expect(parseAttack("mine", [mine]).id).toBe("me/mine");
  expect(parseAttack("me/mine", [mine]).id).toBe("me/mine");
  expect(() => parseAttack("pgf")).toThrow('Unknown attack "pgf". Known: pgd');
  expect(() => parseAttack("pgd:step=3")).toThrow('Unknown parameter of pgd "step". Known: steps');
  expect(() => parseAttack("pgd(pgd)")).toThrow("is not made of others");
  expect(() => parseAttack("cascade")).toThrow("was given no attacks");
  expect(() => parseAttack("pgd", [defineAttack({ ...pgd, params: {}, run: async () => {} })])).toThrow(
    "Two attacks have the id kwta/pgd.",
  );
  // What two owners call by one name goes by the whole id.
  const other = defineAttack({ ...pgd, id: "me/square", params: {}, run: async () => {} });
  expect(() => parseAttack("square", [other])).toThrow("me/square");
  expect(parseAttack("me/square", [other]).id).toBe("me/square");
  for (const maker of ATTACKS) expect(provenanceOf(parseAttack(maker.id))).toEqual(provenanceOf(toAttack(maker)));
});

test("an attack without gradients has no adaptive form", () => {
  expect(() => adaptive(gradientEstimate)).toThrow(/kwta\/gradient-estimate asks for none/);
});
