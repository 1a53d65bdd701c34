import { InputError } from "@kwta/core";
import type { Evaluation } from "../evaluation.ts";
import { QUANTILE } from "../rate.ts";
import { mcnemar, type Paired } from "./mcnemar.ts";

/** A difference of two shares of the same samples, the first less the second, with its 95 % confidence interval. */
export interface Difference {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Two sets of results on the same samples, compared. */
export interface Comparison {
  readonly paired: Paired;
  readonly difference: Difference;
  /** Of {@link mcnemar}. */
  readonly p: number;
  /** Whether they differ by more than chance explains: p below 0.05. */
  readonly differs: boolean;
}

/** How often one set of positions holds what the other does not. */
function pairedBy(n: number, brokenFirst: readonly number[], brokenSecond: readonly number[]): Paired {
  const [first, second] = [new Set(brokenFirst), new Set(brokenSecond)];
  return {
    n,
    onlyFirst: brokenSecond.filter((position) => !first.has(position)).length,
    onlySecond: brokenFirst.filter((position) => !second.has(position)).length,
  };
}

/**
 * Compares two robust accuracies, or two accuracies under attacks, on the same samples.
 *
 * @param brokenFirst positions of the samples that the first gets wrong, as an {@link Evaluation} lists them
 *
 * @example
 * ```ts
 * const { differs, p } = compare(n, kwta.robust[0].broken, relu.robust[0].broken);
 * ```
 */
export function compare(n: number, brokenFirst: readonly number[], brokenSecond: readonly number[]): Comparison {
  const paired = pairedBy(n, brokenFirst, brokenSecond);
  const p = mcnemar(paired);
  return { paired, difference: differenceOf(paired), p, differs: p < 0.05 };
}

/**
 * The difference of two shares of the same samples, with the interval of Bonett and Price, which keeps its coverage where few
 * samples differ.
 *
 * @param reach of the interval, in standard deviations: more than that of 95 % where several intervals shall hold together
 *
 * @see Bonett, Price: "Adjusted Wald confidence interval for a difference of binomial proportions based on paired data" (2012)
 */
export function differenceOf(paired: Paired, reach: number = QUANTILE): Difference {
  const { n, onlyFirst, onlySecond } = paired;
  const { difference, differing } = adjusted(paired);
  const spread = reach * Math.sqrt((differing - difference ** 2) / (n + 2));
  const value = n === 0 ? 0 : (onlyFirst - onlySecond) / n;
  return { value, low: Math.max(-1, difference - spread), high: Math.min(1, difference + spread) };
}

/** The difference and the share of differing samples, with one sample more on each side. */
export function adjusted({ n, onlyFirst, onlySecond }: Paired): {
  readonly difference: number;
  readonly differing: number;
} {
  return { difference: (onlyFirst - onlySecond) / (n + 2), differing: (onlyFirst + onlySecond + 2) / (n + 2) };
}

/** @throws InputError when two evaluations are not of the same samples */
export function checkSameSamples(first: Evaluation, second: Evaluation): void {
  const [a, b] = [first.samples, second.samples];
  const isSame = (x: readonly number[], y: readonly number[]): boolean =>
    x.length === y.length && x.every((each, i) => each === y[i]);
  if (isSame(a.ids, b.ids) && isSame(a.labels, b.labels)) return;
  throw new InputError("The two evaluations are of other samples. Compare such as were made with the same images.");
}
