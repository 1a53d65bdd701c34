import * as tf from "@tensorflow/tfjs-core";
import type { AttackPlugin } from "../attack.ts";
import type { Classifier } from "../classifier.ts";
import type { Params } from "../params.ts";
import { runAttack, type RunAttackOptions } from "../run-attack.ts";
import type { AttackResult } from "../result.ts";
import { linearProblem, type LinearProblem } from "./linear-problem.ts";

/** Named tests. */
export type TestGroup = Readonly<Record<string, () => Promise<void>>>;

/** A result with its tensor read back. */
export interface Outcome extends Omit<AttackResult, "adversarial" | "dispose"> {
  readonly values: Float32Array;
}

/** What one run is asked for; the rest is the bench's. */
type Trial = Partial<RunAttackOptions> & {
  readonly attack?: AttackPlugin;
  readonly classifier?: Classifier;
  /** Which samples, in which order. */
  readonly rows?: readonly number[];
};

/** An attack, its parameters, and linear problems to try it on. */
export interface Bench {
  readonly attack: AttackPlugin;
  readonly params: Partial<Params>;
  readonly optimumFactor: number;
  /** Input values on the bounds; `eps` is such that some samples can be broken and some cannot. */
  readonly problem: LinearProblem;
  readonly eps: number;
  /** Runs the attack, by default on all of `problem` with `eps` and seed 1. */
  trial(options?: Trial, problem?: LinearProblem): Promise<Outcome>;
}

/** @see {@link Bench} */
export function bench<P extends Params>(plugin: AttackPlugin<P>, params: Partial<P>, optimumFactor: number): Bench {
  const attack: AttackPlugin = plugin;
  const main = linearProblem(0, { touchesBounds: true });
  const sorted = [...main.optima].sort((a, b) => a - b);
  const eps = 1.1 * sorted[3]!;
  return {
    attack,
    params: params as Partial<Params>,
    optimumFactor,
    problem: main,
    eps,
    async trial(options = {}, problem = main) {
      const { classifier = problem.classifier, rows = [...problem.inputs.keys()], attack: other, ...rest } = options;
      const x = tensorOf(problem, rows);
      try {
        const data = { x, labels: Int32Array.from(rows, (row) => problem.labels[row]!) };
        const result = await runAttack(other ?? attack, classifier, data, {
          threat: { norm: attack.norms[0]!, eps },
          params: params as Partial<Params>,
          seed: 1,
          ids: Int32Array.from(rows),
          ...rest,
        });
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
export function tensorOf(problem: LinearProblem, rows: readonly number[]): tf.Tensor {
  const shape = [rows.length, ...problem.classifier.inputShape];
  return tf.tensor(Float32Array.from(rows.flatMap((row) => [...problem.inputs[row]!])), shape);
}
