import { keyedRandom } from "@kwta/core";
import type { Bounds } from "../norms/bounds.ts";
import type { Norm } from "../norms/index.ts";
import { linearClassifier, type LinearClassifier } from "./linear-classifier.ts";

/** Settings of {@link linearProblem}. */
export interface LinearProblemOptions {
  /** @defaultValue 7 */
  readonly samples?: number | undefined;
  /** @defaultValue 3 */
  readonly classes?: number | undefined;
  /** @defaultValue `[4, 3, 1]` */
  readonly inputShape?: readonly number[] | undefined;
  /** @defaultValue `{ min: 0, max: 1 }` */
  readonly bounds?: Bounds | undefined;
  /**
   * Whether some input values lie exactly on the bounds. The optimum is then only a lower limit.
   *
   * @defaultValue false
   */
  readonly touchesBounds?: boolean | undefined;
  /** How far input values are moved away from the borders of their class, as a share of the box. @defaultValue 0 */
  readonly depth?: number | undefined;
  /** Of the optima. @defaultValue "linf" */
  readonly norm?: Norm | undefined;
}

/** A linear classifier and samples that it gets right. */
export interface LinearProblem {
  readonly classifier: LinearClassifier;
  /** One list of values per sample. */
  readonly inputs: readonly Float32Array[];
  readonly labels: Int32Array;
  /** See {@link LinearClassifier}; in the norm of the problem. */
  readonly optima: readonly number[];
}

/** A random linear problem, the same for the same seed. */
export function linearProblem(seed: number, options: LinearProblemOptions = {}): LinearProblem {
  const {
    samples = 7,
    classes = 3,
    inputShape = [4, 3, 1],
    bounds = { min: 0, max: 1 },
    touchesBounds = false,
    depth = 0,
    norm = "linf",
  } = options;
  const size = inputShape.reduce((product, n) => product * n, 1);
  const [range, middle] = [bounds.max - bounds.min, (bounds.min + bounds.max) / 2];
  const weights = Array.from({ length: classes }, (_, k) => [
    ...keyedRandom(seed, "weights", k).normal(new Float32Array(size)),
  ]);
  // Every boundary passes through the middle of the box, far from its walls.
  const bias = weights.map((row) => -middle * row.reduce((sum, weight) => sum + weight, 0));
  const classifier = linearClassifier(weights, bias, { inputShape, bounds });
  const classOf = (x: Float32Array): number => weights.findIndex((_, k) => classifier.optimum(x, k) >= 0);
  const inputs: Float32Array[] = [];
  const labels: number[] = [];
  for (let i = 0; i < samples; i++) {
    const x = keyedRandom(seed, "input", i).uniform(
      new Float32Array(size),
      middle - 0.15 * range,
      middle + 0.15 * range,
    );
    if (depth > 0) deepen(x, weights, classOf(x), depth * range);
    if (touchesBounds) [x[i % size], x[(i + 1) % size]] = [bounds.min, bounds.max];
    const label = classOf(x);
    inputs.push(x);
    labels.push(label);
  }
  const optima = inputs.map((x, i) => classifier.optimum(x, labels[i]!, norm));
  return { classifier, inputs, labels: Int32Array.from(labels), optima };
}

/** Moves values to where their class scores higher than the mean of the classes. */
function deepen(x: Float32Array, weights: readonly (readonly number[])[], label: number, by: number): void {
  for (let i = 0; i < x.length; i++) {
    const mean = weights.reduce((sum, row) => sum + row[i]!, 0) / weights.length;
    x[i]! += by * Math.sign(weights[label]![i]! - mean);
  }
}
