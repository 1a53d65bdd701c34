import * as tf from "@tensorflow/tfjs-core";
import { runAttack } from "../runtime/run-attack.ts";
import { tensorOf, type Bench, type Outcome, type TestGroup } from "./bench.ts";
import { check, isSame, throwsNamed } from "./expect.ts";
import type { Norm } from "../norms/index.ts";
import { linearProblem, type LinearProblem } from "./linear-problem.ts";

/** The attack respects what the threat model allows, and uses it. */
export function threatTests(bench: Bench): TestGroup {
  return {
    "stays in the ball and in the box": () => staysInside(bench),
    "returns the input unchanged for eps 0": () => eps0(bench),
    "succeeds just above the optimum of a linear model, not below": () => linearOptimum(bench),
    "refuses bad input": () => badInput(bench),
    "reaches targets": () => targets(bench),
  };
}

async function staysInside({ trial, norm, eps }: Bench): Promise<void> {
  for (const bounds of [
    { min: 0, max: 1 },
    { min: -1, max: 1 },
    { min: 0, max: 255 },
  ]) {
    const problem = linearProblem(0, { bounds, touchesBounds: true, norm });
    const range = bounds.max - bounds.min;
    const threat = { norm, eps: norm === "l0" ? eps : eps * range };
    const outcome = await trial({ threat, keepFailed: true }, problem);
    const limit = norm === "l0" ? eps : threat.eps * (1 + 1e-6) + 2e-6 * range;
    const farthest = Math.max(...perturbations(outcome, problem).map(SIZES[norm]));
    check(farthest <= limit, `A sample moved by ${farthest} in ${norm}, eps is ${threat.eps}.`);
    check(
      outcome.values.every((value) => value >= bounds.min && value <= bounds.max),
      `A value left the data range [${bounds.min}, ${bounds.max}].`,
    );
    for (const [row, moved] of perturbations(outcome, problem).entries()) {
      const expected = SIZES[norm](moved);
      const isRight = Math.abs(outcome.distance[row]! - expected) <= 1e-6 * (range + expected);
      check(isRight, `The distance of sample ${row} is ${expected}, reported was ${outcome.distance[row]}.`);
    }
  }
}

function perturbations({ values }: Outcome, { inputs }: LinearProblem): Float32Array[] {
  return inputs.map((x, row) => x.map((value, i) => values[row * x.length + i]! - value));
}

/** The norms, without TensorFlow. */
const SIZES: Readonly<Record<Norm, (perturbation: Float32Array) => number>> = {
  linf: (perturbation) => Math.max(...perturbation.map(Math.abs)),
  l2: (perturbation) => Math.hypot(...perturbation),
  l1: (perturbation) => perturbation.reduce((sum, value) => sum + Math.abs(value), 0),
  l0: (perturbation) => perturbation.filter((value) => value !== 0).length,
};

async function eps0({ trial, norm, problem }: Bench): Promise<void> {
  const outcome = await trial({ threat: { norm, eps: 0 }, keepFailed: true });
  check(
    isSame(
      outcome.values,
      problem.inputs.flatMap((x) => [...x]),
    ),
    "With eps 0 an input changed.",
  );
  check(!outcome.success.includes(1), "With eps 0 the attack reported success.");
}

async function linearOptimum({ trial, norm, optimumFactor }: Bench): Promise<void> {
  const problem = linearProblem(3, { samples: 6, classes: 2, norm });
  const [enough, tooLittle] =
    norm === "l0"
      ? [(optimum: number) => Math.ceil(optimumFactor * optimum), (optimum: number) => optimum - 1]
      : [(optimum: number) => optimumFactor * optimum, (optimum: number) => 0.95 * optimum];
  for (const [row, optimum] of problem.optima.entries()) {
    const run = (eps: number) => trial({ rows: [row], threat: { norm, eps } }, problem);
    if (optimumFactor < Infinity) {
      const above = await run(enough(optimum));
      check(above.success[0] === 1, `No success on sample ${row} at ${optimumFactor} times the optimum, ${optimum}.`);
    }
    const below = await run(tooLittle(optimum));
    check(below.success[0] === 0, `Success on sample ${row} below the optimum, ${optimum}, which is impossible.`);
  }
}

async function badInput({ trial, attack, norm, problem }: Bench): Promise<void> {
  const n = problem.inputs.length;
  const { classifier } = problem;
  const cases: Record<string, () => Promise<unknown>> = {
    "a negative eps": () => trial({ threat: { norm, eps: -0.1 } }),
    "an eps that is NaN": () => trial({ threat: { norm, eps: Number.NaN } }),
    "inverted bounds": () => trial({ threat: { norm, eps: 0.1, bounds: { min: 1, max: 0 } } }),
    "an unknown option": () => trial({ goal: "targeted" } as object),
    "another contract version": () => trial({ attack: { ...attack, api: 2 as unknown as 1 } }),
    "targets equal to the labels": () => trial({ targets: problem.labels }),
    "a batch size of 0": () => trial({ batchSize: 0 }),
    "ids that repeat": () => trial({ ids: new Int32Array(n) }),
    "labels out of range": () => runOn({ labels: new Int32Array(n).fill(classifier.numClasses) }),
    "too few labels": () => runOn({ labels: new Int32Array(1) }),
    "values that are not finite": () => runOn({ change: (x) => tf.add(x, Number.NaN) }),
    "values outside the bounds": () => runOn({ change: (x) => tf.add(x, 0.5) }),
  };
  const runOn = async ({ labels = problem.labels, change = tf.clone as (x: tf.Tensor) => tf.Tensor }) => {
    const x = tf.tidy(() => change(tensorOf(problem, [...problem.inputs.keys()])));
    try {
      return await runAttack(attack, classifier, { x, labels }, { threat: { norm, eps: 0.1 }, seed: 0 });
    } finally {
      x.dispose();
    }
  };
  for (const [what, run] of Object.entries(cases)) {
    check(await throwsNamed("InputError", run), `Given ${what}, no InputError was thrown.`);
  }
}

async function targets({ trial, attack, norm }: Bench): Promise<void> {
  const problem = linearProblem(5, { classes: 2 });
  const wanted = problem.labels.map((label) => 1 - label);
  const size = problem.inputs[0]!.length;
  const threat = { norm, eps: { linf: 0.4, l2: 0.4 * Math.sqrt(size), l1: 0.4 * size, l0: size }[norm] };
  if (!attack.goals.includes("targeted")) {
    const isRefused = await throwsNamed("InputError", () => trial({ targets: wanted, threat }, problem));
    check(isRefused, "Targets were given to an attack that declares none, and not refused.");
    return;
  }
  const outcome = await trial({ targets: wanted, threat }, problem);
  check(!outcome.success.includes(0), "A target was missed with an eps that is ample.");
  check(isSame(outcome.predicted, wanted), "A sample does not end in its target class.");
}
