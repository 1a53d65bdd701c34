import * as tf from "@tensorflow/tfjs-core";
import { runAttack } from "../runtime/run-attack.ts";
import { tensorOf, type Bench, type Outcome, type TestGroup } from "./bench.ts";
import { check, isSame, throwsNamed } from "./expect.ts";
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

async function staysInside({ trial, attack, eps }: Bench): Promise<void> {
  for (const bounds of [
    { min: 0, max: 1 },
    { min: -1, max: 1 },
    { min: 0, max: 255 },
  ]) {
    const problem = linearProblem(0, { bounds, touchesBounds: true });
    const range = bounds.max - bounds.min;
    const threat = { norm: attack.norms[0]!, eps: eps * range };
    const outcome = await trial({ threat, keepFailed: true }, problem);
    const limit = threat.eps * (1 + 1e-6) + 1e-6 * range;
    const inputs = problem.inputs.flatMap((x) => [...x]);
    const farthest = Math.max(...outcome.values.map((value, i) => Math.abs(value - inputs[i]!)));
    check(farthest <= limit, `A value moved by ${farthest}, eps is ${threat.eps}.`);
    check(
      outcome.values.every((value) => value >= bounds.min && value <= bounds.max),
      `A value left the data range [${bounds.min}, ${bounds.max}].`,
    );
    checkDistances(outcome, problem);
  }
}

function checkDistances({ values, distance }: Outcome, { inputs }: LinearProblem): void {
  for (const [row, x] of inputs.entries()) {
    const moved = x.map((value, i) => Math.abs(values[row * x.length + i]! - value));
    const expected = Math.max(...moved);
    const isRight = Math.abs(distance[row]! - expected) <= 1e-6 * (1 + expected);
    check(isRight, `The distance of sample ${row} is ${expected}, reported was ${distance[row]}.`);
  }
}

async function eps0({ trial, attack, problem }: Bench): Promise<void> {
  const outcome = await trial({ threat: { norm: attack.norms[0]!, eps: 0 }, keepFailed: true });
  check(
    isSame(
      outcome.values,
      problem.inputs.flatMap((x) => [...x]),
    ),
    "With eps 0 an input changed.",
  );
  check(!outcome.success.includes(1), "With eps 0 the attack reported success.");
}

async function linearOptimum({ trial, attack, optimumFactor }: Bench): Promise<void> {
  const problem = linearProblem(3, { samples: 6, classes: 2 });
  for (const [row, optimum] of problem.optima.entries()) {
    const run = (factor: number) =>
      trial({ rows: [row], threat: { norm: attack.norms[0]!, eps: factor * optimum } }, problem);
    const above = await run(optimumFactor);
    check(above.success[0] === 1, `No success on sample ${row} at ${optimumFactor} times the optimum.`);
    const below = await run(0.95);
    check(below.success[0] === 0, `Success on sample ${row} at 0.95 times the optimum, which is impossible.`);
  }
}

async function badInput({ trial, attack, problem }: Bench): Promise<void> {
  const norm = attack.norms[0]!;
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

async function targets({ trial, attack }: Bench): Promise<void> {
  const problem = linearProblem(5, { classes: 2 });
  const wanted = problem.labels.map((label) => 1 - label);
  const threat = { norm: attack.norms[0]!, eps: 0.4 };
  if (!attack.goals.includes("targeted")) {
    const isRefused = await throwsNamed("InputError", () => trial({ targets: wanted, threat }, problem));
    check(isRefused, "Targets were given to an attack that declares none, and not refused.");
    return;
  }
  const outcome = await trial({ targets: wanted, threat }, problem);
  check(!outcome.success.includes(0), "A target was missed with an eps that is ample.");
  check(isSame(outcome.predicted, wanted), "A sample does not end in its target class.");
}
