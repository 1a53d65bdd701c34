import * as tf from "@tensorflow/tfjs-core";
import type { Classifier } from "../contract/classifier.ts";
import type { RunAttackOptions } from "../runtime/open-run.ts";
import type { Bench, TestGroup } from "./bench.ts";
import { check, isSame } from "./expect.ts";
import { withChangedLogits } from "./doubles.ts";

/** Success is never claimed for the wrong reason. */
export function honestyTests(bench: Bench): TestGroup {
  return {
    "claims no success that a second look does not confirm": () => flipFlop(bench),
    "never succeeds on NaN": () => nan(bench),
    "survives a NaN gradient": () => nanGradient(bench),
    "leaves misclassified samples alone": () => misclassified(bench),
    "claims success only where the model is wrong": () => recomputed(bench),
  };
}

/** Half of what would be needed, so that no true success exists; in L0 a value less, on samples that need more than one. */
function tooSmall({ norm, problem }: Bench): Pick<RunAttackOptions, "threat"> & { readonly rows: readonly number[] } {
  const rows = [...problem.inputs.keys()].filter((row) => norm !== "l0" || problem.optima[row]! > 1);
  const least = Math.min(...rows.map((row) => problem.optima[row]!));
  return { rows, threat: { norm, eps: norm === "l0" ? least - 1 : 0.5 * least } };
}

async function flipFlop(bench: Bench): Promise<void> {
  const classifier = atFirstSight(bench, (logits) => tf.neg(logits));
  const trace = Int32Array.from(bench.problem.inputs.keys());
  const outcome = await bench.trial({ classifier, ...tooSmall(bench), trace });
  check(!outcome.success.includes(1), "A model that takes its answer back was counted as broken.");
  // Attacks that look for the nearest point may never ask about one in so small a ball.
  const isTried = outcome.trace.some(({ distance, excess }) => distance > 0 && excess <= 1);
  check(
    !isTried || outcome.diagnostics.some(({ kind }) => kind === "nondeterministic"),
    "A model that takes its answer back was not reported.",
  );
}

async function nan(bench: Bench): Promise<void> {
  const spoil = (logits: tf.Tensor2D) => tf.mul(logits, Number.NaN) as tf.Tensor2D;
  const always = await bench.trial({ classifier: withChangedLogits(bench.problem.classifier, spoil) });
  check(!always.success.includes(1), "A model that always gives NaN was counted as broken.");
  check(!always.cleanCorrect.includes(1), "NaN was counted as a correct answer.");
  const later = await bench.trial({ classifier: atFirstSight(bench, spoil, Infinity), ...tooSmall(bench) });
  check(!later.success.includes(1), "NaN was counted as a wrong answer.");
  check(
    later.diagnostics.some(({ kind }) => kind === "non-finite-logits"),
    "NaN was not reported.",
  );
}

async function nanGradient(bench: Bench): Promise<void> {
  const { classifier } = bench.problem;
  const spoiled: Classifier = {
    ...classifier,
    lossAndGradient: (x, ids, loss, options) =>
      tf.tidy(() => {
        const honest = classifier.lossAndGradient(x, ids, loss, options);
        return { ...honest, gradient: tf.mul(honest.gradient, Number.NaN) };
      }),
  };
  const outcome = await bench.trial({ classifier: spoiled, keepFailed: true });
  check(outcome.values.every(Number.isFinite), "A NaN gradient led to NaN values in the result.");
  const isSeen = outcome.diagnostics.some(({ kind }) => kind === "non-finite-gradient");
  check(isSeen === (bench.attack.access === "gradient"), "A NaN gradient was not reported.");
}

async function misclassified(bench: Bench): Promise<void> {
  const { problem, trial } = bench;
  const wrong = { ...problem, labels: problem.labels.map((label) => (label + 1) % problem.classifier.numClasses) };
  const outcome = await trial({}, wrong);
  check(
    isSame(
      outcome.values,
      problem.inputs.flatMap((x) => [...x]),
    ),
    "A misclassified sample was changed.",
  );
  for (const field of ["success", "cleanCorrect", "queries", "gradients", "distance"] as const) {
    check(
      outcome[field].every((value) => value === 0),
      `${field} is not 0 for a sample that was misclassified.`,
    );
  }
}

async function recomputed({ trial, problem }: Bench): Promise<void> {
  const { values, success, predicted, margin } = await trial();
  const { classifier, labels, inputs } = problem;
  for (const row of inputs.keys()) {
    const size = inputs[row]!.length;
    const optimum = classifier.optimum(values.subarray(row * size, (row + 1) * size), labels[row]!);
    check(optimum < 1e-6 === (success[row] === 1), `Sample ${row}: success is reported as ${success[row]}.`);
    check(success[row] === Number(margin[row]! > 0), `Sample ${row}: the margin ${margin[row]} contradicts success.`);
    check(success[row] === Number(predicted[row] !== labels[row]), `Sample ${row}: the predicted class is wrong.`);
  }
}

/** Changes the answer the first times that a point is seen; the unperturbed inputs have been seen before. */
function atFirstSight({ problem }: Bench, change: (logits: tf.Tensor2D) => tf.Tensor2D, times = 1): Classifier {
  const seen = new Map(problem.inputs.map((x) => [x.join(), Infinity]));
  return withChangedLogits(problem.classifier, (logits, x) => {
    const size = x.size / x.shape[0]!;
    const values = x.dataSync<"float32">();
    const isNew = Array.from({ length: x.shape[0]! }, (_, row) => {
      const key = values.subarray(row * size, (row + 1) * size).join();
      const count = seen.get(key) ?? 0;
      seen.set(key, count + 1);
      return count < times;
    });
    const mask = tf.tile(tf.tensor2d(isNew, [isNew.length, 1], "bool"), [1, logits.shape[1]]);
    return tf.where(mask, change(logits), logits) as tf.Tensor2D;
  });
}
