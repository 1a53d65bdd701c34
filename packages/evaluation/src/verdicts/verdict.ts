import { countingAttacks, followsOwnGradient } from "../diagnostics/check.ts";
import type { Evaluation } from "../evaluation.ts";
import { rate, type Rate } from "../rate.ts";
import { whatIsLeft, type GapVerdict } from "./gap.ts";
import type { Paired } from "./mcnemar.ts";
import { compare } from "./paired.ts";

/**
 * What became of the robustness that an attack along the model's own gradient showed, under all attacks that count.
 *
 * `outcome`, `share` and `needed` are of {@link whatIsLeft}: `gone` where even the upper bound of what stands is less than a
 * quarter of what stood before, `left` where a part stands that chance does not explain, `cannot-be-told` where it takes more
 * samples.
 */
export interface Verdict extends GapVerdict {
  readonly eps: number;
  /** The attack along the model's own gradient, by its name in the protocol. */
  readonly attack: string;
  /** The other attacks that count. */
  readonly against: readonly string[];
  /** The accuracy after the one attack. */
  readonly seeming: Rate;
  /** The accuracy after all of them. */
  readonly remaining: Rate;
  /** Samples that stood after the one attack alone, and, which nothing can be, after all attacks alone. */
  readonly paired: Paired;
  /** Of McNemar's test: how likely chance alone makes the others break as much more. */
  readonly p: number;
}

/** The verdicts of a report whose red flags are known, one at each eps that has one. */
export function verdictsOf(report: Evaluation): Verdict[] {
  const { n, robust } = report;
  const all = Array.from({ length: n }, (_, position) => position);
  const counting = countingAttacks(report);
  const first = counting.find((attack) => followsOwnGradient(attack) && attack.n === n && attack.at.length > 0);
  if (first === undefined) return [];
  const others = counting.filter((attack) => attack !== first);
  return robust.flatMap(({ eps, accuracy, broken, complete, flagged }): Verdict[] => {
    const seeming = first.at.find((run) => run.eps === eps);
    const against = others.filter(({ at, nearest }) => nearest !== undefined || at.some((run) => run.eps <= eps));
    if (seeming === undefined || seeming.broken.length === n || against.length === 0 || !complete || flagged) return [];
    const { paired, p } = compare(n, seeming.broken, broken);
    return [
      {
        eps,
        attack: first.id,
        against: against.map(({ id }) => id),
        seeming: rate(n - seeming.broken.length, n),
        remaining: accuracy,
        paired,
        p,
        ...whatIsLeft(compare(n, seeming.broken, all), compare(n, broken, all)),
      },
    ];
  });
}
