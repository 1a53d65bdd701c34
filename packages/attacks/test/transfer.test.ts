import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import {
  formatAttack,
  makeAttack,
  minimumNorm,
  parseAttack,
  pgd,
  provenanceOf,
  runAttack,
  transferFrom,
} from "../src/index.ts";
import { contractTests, linearClassifier, linearProblem, withHook } from "../src/testing/index.ts";

const few = { steps: 12, stepSize: "0.25 eps" } as const;

describe("the contract, where victim and surrogate have the same shape", () => {
  // Those of the other tests have other bounds or classes.
  const others = /stays in the ball|linear model|reaches targets/;
  const attack = transferFrom(linearProblem(0, { touchesBounds: true }).classifier, "itself")(pgd(few));
  const tests = contractTests(attack, { norms: ["linf"], stochastic: true }).filter(({ name }) => !others.test(name));
  test.each(tests.map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run());
});

const victim = linearClassifier(
  [
    [1, 0],
    [0, 0],
  ],
  [-0.5, 0],
);
/** Its border is turned, so that what crosses it does not always cross that of the victim. */
const surrogate = linearClassifier(
  [
    [1, 1],
    [0, 0],
  ],
  [-1, 0],
);
const data = {
  x: tf.tensor2d([
    [0.55, 0.55],
    [0.55, 0.9],
    [0.8, 0.8],
  ]),
  labels: new Int32Array(3),
};
const via = transferFrom(surrogate, "turned");

test("points are made on the surrogate, and the victim is asked about one of each", async () => {
  const asked: string[] = [];
  const watched = withHook(victim, (kind, x) => asked.push(`${kind} ${x.shape[0]}`));
  const threat = { norm: "linf", eps: 0.1 } as const;
  const result = await runAttack(via(pgd(few)), watched, data, { threat, seed: 0 });
  expect([...result.success]).toEqual([1, 1, 0]);
  expect([...result.queries]).toEqual([1, 1, 1]);
  expect([...result.gradients]).toEqual([0, 0, 0]);
  // Before, the question, and to verify.
  expect(asked).toEqual(["logits 3", "logits 3", "logits 3"]);
  expect(via(pgd(few)).access).toBe("label");
  // In L2 the surrogate's steepest way is not the victim's.
  const l2 = await runAttack(via(pgd(few)), victim, data, { threat: { norm: "l2", eps: 0.06 }, seed: 0 });
  expect([...l2.success]).toEqual([0, 0, 0]);
  const white = await runAttack(pgd(few), victim, data, { threat: { norm: "l2", eps: 0.06 }, seed: 0 });
  expect([...white.success]).toEqual([1, 1, 0]);
});

test("balls of different sizes", async () => {
  const threat = { norm: "l2", eps: Infinity } as const;
  const attack = minimumNorm(via(pgd({ ...few, randomStart: false })), { steps: 25 });
  const { success, distance } = await runAttack(attack, victim, data, { threat, seed: 0, aim: "nearest" });
  expect([...success]).toEqual([1, 1, 1]);
  // Along the diagonal, where the surrogate leads.
  expect(distance).toBeAllclose(
    [0.05, 0.05, 0.3].map((each) => each * Math.SQRT2),
    { rtol: 0.02 },
  );
});

test("goes by a name where the surrogate is offered", async () => {
  const attack = parseAttack("transfer-turned(pgd:steps=3)", [via]);
  expect(formatAttack(attack, [via])).toBe("transfer-turned(pgd:steps=3)");
  expect(provenanceOf(makeAttack(provenanceOf(attack), [via]))).toEqual(provenanceOf(attack));
  expect(() => parseAttack("transfer-turned(pgd)")).toThrow("transfer-turned");
  expect(() => transferFrom(surrogate, "a:b")).toThrow('"a:b"');
  const other = transferFrom(linearProblem(0).classifier, "other")(pgd);
  await expect(runAttack(other, victim, data, { threat: { norm: "linf", eps: 0.1 }, seed: 0 })).rejects.toThrow(
    "shape",
  );
});
