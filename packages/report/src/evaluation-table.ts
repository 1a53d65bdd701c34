import { epsText } from "@kwta/core";
import type { AttackAtEps, AttackEvaluation, DistanceQuantiles, Evaluation, RobustAccuracy } from "@kwta/evaluation";
import type { RichCell, TableCell, TableData } from "@kwta/viz";
import { targetText } from "./goal.ts";
import { attackName, hasRun, meanOf, rateCell, robustName, secondsText } from "./words.ts";

/** What is left at each eps after all attacks that count, and what that number is. */
export function robustTable(evaluation: Evaluation): TableData {
  const { clean, robust } = evaluation;
  const rounds = robust.some(({ converged }) => converged !== undefined);
  const rows = robust.map((each): TableCell[] => [
    epsText(each.eps),
    hasRun(each, evaluation) ? rateCell(each.accuracy) : null,
    robustCell(each, evaluation),
    ...(rounds ? [convergedCell(each)] : []),
  ]);
  return {
    columns: [
      "eps",
      "accuracy",
      { title: "which is", align: "left" },
      ...(rounds ? [{ title: "converged", align: "left" } as const] : []),
    ],
    rows: [["0", rateCell(clean), "clean", ...(rounds ? [null] : [])], ...rows],
    compact: true,
  };
}

function robustCell(robust: RobustAccuracy, evaluation: Evaluation): RichCell {
  const text = robustName(robust, evaluation);
  return { text, tone: text === "worst case" ? "neutral" : "bad" };
}

function convergedCell({ converged }: RobustAccuracy): TableCell {
  if (converged === undefined) return null;
  const { yes, rounds, lastRoundBroke } = converged;
  const detail = `${rounds} rounds, the last broke ${lastRoundBroke}`;
  return yes ? { text: "✓ yes", tone: "good", detail } : { text: "✗ no", tone: "bad", detail };
}

/** What was found: the clean accuracy, then at each eps every attack and what it all comes to. */
export function evaluationTable(evaluation: Evaluation): TableData {
  const { clean, cleanErrors, attacks, robust, n, threat } = evaluation;
  const target = targetText(evaluation);
  const rows = robust.flatMap((each): TableCell[][] => [
    ...attacks.flatMap((attack) => attackRows(attack, each.eps, n)),
    [
      epsText(each.eps),
      robustCell(each, evaluation),
      each.accuracy.n,
      hasRun(each, evaluation) ? rateCell(each.accuracy) : null,
      ...NONE,
    ],
  ]);
  return {
    caption: `${threat.norm}, ${n} images, ${cleanErrors.length} wrong without any attack${target === undefined ? "" : `; targeted: ${target}`}`,
    columns: [
      "eps",
      { title: "attack", align: "left" },
      "attacked",
      "accuracy",
      "success rate",
      { title: "queries", detail: "each" },
      { title: "gradients", detail: "each" },
      "seconds",
    ],
    rows: [["0", "none (clean)", clean.n, rateCell(clean), ...NONE], ...rows],
  };
}

const NONE = [null, null, null, null] as const;

function attackRows(attack: AttackEvaluation, eps: number, n: number): TableCell[][] {
  const { at, notRun, nearest } = attack;
  const parts = at.filter((part) => part.eps === eps);
  if (notRun !== undefined && parts.length === 0 && nearest === undefined) {
    return [[epsText(eps), attackName(attack), 0, "not run", ...NONE]];
  }
  return parts.map((part) => [
    epsText(eps),
    attackName(attack),
    attack.n === n ? part.attacked.length : { text: part.attacked.length, detail: `of ${attack.n}` },
    rateCell(part.accuracy),
    rateCell(part.successRate),
    ...costs(part),
  ]);
}

function costs({ queries, gradients, seconds }: Pick<AttackAtEps, "queries" | "gradients" | "seconds">): TableCell[] {
  return [meanOf(queries), meanOf(gradients), secondsText(seconds)];
}

/**
 * The nearest adversarial points: quantiles of their distances for each attack that looked for them, and for the nearest of
 * all.
 *
 * @returns undefined where no attack looked for them
 */
export function nearestTable({ attacks, minimumNorm, threat, n }: Evaluation): TableData | undefined {
  const rows = attacks.flatMap((attack): TableCell[][] => {
    const { nearest } = attack;
    if (nearest === undefined) return [];
    const found = nearest.broke.length;
    return [
      [attackName(attack), nearest.attacked.length, found, ...quantileCells(nearest.quantiles), ...costs(nearest)],
    ];
  });
  if (minimumNorm === undefined && rows.length === 0) return undefined;
  const all = minimumNorm && [
    "nearest of all",
    n,
    minimumNorm.distances.filter((distance) => distance !== null).length,
    ...quantileCells(minimumNorm.quantiles),
    null,
    null,
    null,
  ];
  return {
    caption: `distances (${threat.norm}) below which a share of the images has an adversarial point, clean errors at 0`,
    columns: [
      "attack",
      "attacked",
      "found",
      "10 %",
      "25 %",
      "median",
      "75 %",
      "90 %",
      { title: "queries", detail: "each" },
      { title: "gradients", detail: "each" },
      "seconds",
    ],
    rows: all === undefined ? rows : [...rows, all],
  };
}

function quantileCells({ q10, q25, q50, q75, q90 }: DistanceQuantiles): TableCell[] {
  return [q10, q25, q50, q75, q90].map((distance) => (distance === null ? null : Number(distance.toPrecision(3))));
}
