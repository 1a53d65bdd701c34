import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { atEps, cascade, ddn, fmn, minimumNorm, parseAttack, pgd, runAttack, type AttackLike } from "../src/index.ts";
import { linearProblem } from "../src/testing/index.ts";

const problem = linearProblem(7);
const n = problem.inputs.length;
const farthest = Math.max(...problem.optima);
const data = {
  x: tf.tensor(
    problem.inputs.flatMap((x) => [...x]),
    [n, ...problem.classifier.inputShape],
  ),
  labels: problem.labels,
};
const run = (attack: AttackLike, eps: number, aim?: "nearest") =>
  runAttack(attack, problem.classifier, data, { threat: { norm: "linf", eps }, seed: 0, aim });
const nearest = fmn({ steps: 40, stepSize: 0.2 });
const sum = (values: Uint32Array): number => values.reduce((a, b) => a + b, 0);

test("succeeds where the nearest point lies within eps, and nowhere else", async () => {
  const sizes = [...problem.optima].sort((a, b) => a - b);
  const eps = (sizes[3]! + sizes[4]!) / 2;
  const { success } = await run(atEps(nearest), eps);
  expect([...success]).toEqual(problem.optima.map((optimum) => Number(optimum < eps)));
});

test("lets a sample go as soon as it is within, also where the nearest point is looked for", async () => {
  const eps = 2 * farthest;
  const whole = await run(nearest, eps, "nearest");
  const first = await run(atEps(nearest), eps, "nearest");
  expect([...first.success]).toEqual([...whole.success]);
  for (const distance of first.distance) expect(distance).toBeLessThanOrEqual(eps * (1 + 1e-6));
  expect(sum(first.queries)).toBeLessThan(sum(whole.queries) / 2);
  // In what it is made of, and in what is made of that, too.
  const deep = await run(atEps(cascade(minimumNorm(pgd({ steps: 20 })), nearest)), eps, "nearest");
  const shallow = await run(pgd({ steps: 20 }), eps);
  expect([...deep.queries]).toEqual([...shallow.queries]);
});

test("bisection makes a minimum-norm attack of it again", async () => {
  const { distance, success } = await run(minimumNorm(atEps(nearest)), 4 * farthest, "nearest");
  expect([...success]).toEqual(problem.optima.map(() => 1));
  for (const [i, found] of distance.entries()) expect(found / problem.optima[i]!).toBeLessThan(1.05);
});

test("is written at-eps(...), and refuses attacks that look at one size as it is", () => {
  expect(parseAttack("at-eps(ddn:steps=10)").of[0]!.id).toBe(ddn.id);
  expect(() => atEps(pgd)).toThrow(
    "atEps takes minimum-norm attacks, and kwta/pgd looks at one size of ball as it is.",
  );
});
