import { compare, type Evaluation } from "@kwta/evaluation";
import { haveSameGoal } from "../goal.ts";

/** What two evaluations say of the same samples at one eps. */
export interface Agreement {
  readonly eps: number;
  readonly n: number;
  /** Positions that stand in both, in the first or the second alone, in neither. */
  readonly both: readonly number[];
  readonly onlyFirst: readonly number[];
  readonly onlySecond: readonly number[];
  readonly neither: readonly number[];
  /** Of McNemar's test: how likely chance alone makes them differ as much. */
  readonly p: number;
}

/**
 * Sample by sample, which of two evaluations left it standing, at each eps that both have.
 *
 * @returns none where they were not made on the same samples in the same norm, with the same targets
 */
export function agreement(first: Evaluation, second: Evaluation): Agreement[] {
  if (!haveSameSamples(first, second) || first.threat.norm !== second.threat.norm || !haveSameGoal(first, second)) {
    return [];
  }
  return first.robust.flatMap(({ eps, broken }) => {
    const other = second.robust.find((each) => each.eps === eps);
    return other === undefined ? [] : [confusion(eps, first.n, broken, other.broken)];
  });
}

/** Whether the samples are the same ones, in the same order. */
export function haveSameSamples(first: Evaluation, second: Evaluation): boolean {
  const key = ({ samples }: Evaluation): string => JSON.stringify([samples.ids, samples.labels]);
  return key(first) === key(second) && first.subject?.dataset === second.subject?.dataset;
}

function confusion(eps: number, n: number, brokenFirst: readonly number[], brokenSecond: readonly number[]): Agreement {
  const [first, second] = [new Set(brokenFirst), new Set(brokenSecond)];
  const where = (inFirst: boolean, inSecond: boolean): number[] => {
    const all = Array.from({ length: n }, (_, position) => position);
    return all.filter((position) => first.has(position) !== inFirst && second.has(position) !== inSecond);
  };
  return {
    eps,
    n,
    both: where(true, true),
    onlyFirst: where(true, false),
    onlySecond: where(false, true),
    neither: where(false, false),
    p: compare(n, brokenFirst, brokenSecond).p,
  };
}
