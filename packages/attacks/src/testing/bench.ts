import * as tf from "@tensorflow/tfjs-core";
import type { Attack } from "../contract/attack.ts";
import type { Classifier } from "../contract/classifier.ts";
import type { AttackResult } from "../contract/result.ts";
import type { Norm } from "../norms/index.ts";
import type { RunAttackOptions } from "../runtime/open-run.ts";
import { runAttack } from "../runtime/run-attack.ts";
import { linearProblem, type LinearProblem } from "./linear-problem.ts";

/** Named tests. */
export type TestGroup = Readonly<Record<string, () => Promise<void>>>;

/** A result with its tensor read back. */
export interface Outcome extends Omit<AttackResult, "adversarial" | "dispose"> {
  readonly values: Float32Array;
}

/** What one run is asked for; the rest is the bench's. */
type Trial = Partial<RunAttackOptions> & {
  readonly attack?: Attack;
  readonly classifier?: Classifier;
  /** Which samples, in which order. */
  readonly rows?: readonly number[];
  /** @defaultValue the rows */
  readonly ids?: Int32Array;
};

/** A classifier and samples that it gets right. */
export type Problem = Pick<LinearProblem, "inputs" | "labels"> & { readonly classifier: Classifier };

/** An attack, and linear problems to try it on. */
export interface Bench {
  readonly attack: Attack;
  readonly norm: Norm;
  readonly optimumFactor: number;
  /** Input values on the bounds; `eps` is such that some samples can be broken and some cannot. */
  readonly problem: LinearProblem;
  readonly eps: number;
  /** Runs the attack, by default on all of `problem` with `eps` and seed 1. */
  trial(options?: Trial, problem?: Problem): Promise<Outcome>;
}

/** @see {@link Bench} */
export function bench(attack: Attack, norm: Norm, optimumFactor: number): Bench {
  // In L0 one value can do much, so that samples near a border would all fall to one.
  const main = linearProblem(0, { touchesBounds: true, norm, depth: norm === "l0" ? 0.3 : 0 });
  const sorted = [...main.optima].sort((a, b) => a - b);
  const eps = norm === "l0" ? sorted[3]! : 1.1 * sorted[3]!;
  return {
    attack,
    norm,
    optimumFactor,
    problem: main,
    eps,
    async trial(options = {}, problem: Problem = main) {
      const {
        classifier = problem.classifier,
        rows = [...problem.inputs.keys()],
        ids,
        attack: other,
        ...rest
      } = options;
      const x = tensorOf(problem, rows);
      try {
        const labels = Int32Array.from(rows, (row) => problem.labels[row]!);
        const samples = { x, labels, ids: ids ?? Int32Array.from(rows) };
        const threat = { norm, eps };
        const result = await runAttack(other ?? attack, classifier, samples, { threat, seed: 1, ...rest });
        const values = await result.adversarial.data<"float32">();
        result.dispose();
        return { ...result, values };
      } finally {
        x.dispose();
      }
    },
  };
}

/** Some samples of a problem as a batch. */
export function tensorOf(problem: Problem, rows: readonly number[]): tf.Tensor {
  const shape = [rows.length, ...problem.classifier.inputShape];
  return tf.tensor(Float32Array.from(rows.flatMap((row) => [...problem.inputs[row]!])), shape);
}
