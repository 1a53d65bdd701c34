import { epsText } from "@kwta/core";
import type { FigureNote } from "../contract/figure-file.ts";
import { judge, pText, testsText, type ClaimTest } from "../contract/judge.ts";
import { advantage, ofFewAttacks, SMALL, unfairText } from "../shared/accuracies/advantage.ts";
import { pairedOf, rateOf, type AttackLabels } from "../shared/accuracies/data.ts";
import { percentOf } from "../shared/accuracies/lines.ts";
import type { Figure4Data, GammaSweep } from "./data.ts";

/** What sparsity costs, and what is left of it under attack. */
export function notes({ networks, attacks }: Figure4Data): FigureNote[] {
  return [
    ...describeClean(networks[0]!),
    ...networks.flatMap((sweep) => [...describeShape(sweep), ...advantages(sweep, attacks)]),
  ];
}

type Row = GammaSweep["rows"][number];

function describeClean({ rows }: GammaSweep): FigureNote[] {
  const [smallest, largest] = [rows[0]!, rows.at(-1)!];
  if (smallest === largest) return [];
  const { kind, tests } = judge([{ name: "", paired: pairedOf(largest.clean, smallest.clean) }], {
    need: "all",
    margin: SMALL,
  });
  return [
    {
      claim: "clean-falls",
      kind,
      text:
        `Accuracy without attack falls with γ: it is ${percentOf(smallest.clean)} at γ = ${smallest.gamma} and ` +
        `${percentOf(largest.clean)} at γ = ${largest.gamma} (${pText(tests[0]!.p)}, ${largest.clean.n} images).`,
    },
  ];
}

/** Whether accuracy under PGD rises and then falls as gamma falls: each ratio between the ends is tried, and all share the 5 %. */
function describeShape({ rows, eps }: GammaSweep): FigureNote[] {
  if (rows.length < 3) return [];
  const [smallest, largest] = [rows[0]!, rows.at(-1)!];
  const inner = rows.slice(1, -1);
  const againstEnd = (end: Row): ClaimTest[] =>
    inner.map((row) => ({ name: String(row.gamma), paired: pairedOf(row.pgd, end.pgd) }));
  const { tests } = judge([...againstEnd(largest), ...againstEnd(smallest)], { need: "all" });
  const rises = inner.map((_, i) => tests[i]!.outcome);
  const falls = inner.map((_, i) => tests[inner.length + i]!.outcome);
  const both = inner.filter((_, i) => rises[i] === "ahead" && falls[i] === "ahead");
  const [rise, fall] = [rises.includes("ahead"), falls.includes("ahead")];
  const against = rises.every((outcome) => outcome === "behind") || falls.every((outcome) => outcome === "behind");
  const kind = both.length > 0 ? "agrees" : rise || fall ? "in-part" : against ? "differs" : "unjudged";
  const peak = rows.reduce((a, b) => (rateOf(b.pgd).value > rateOf(a.pgd).value ? b : a));
  const seen =
    both.length > 0
      ? `rises to γ = ${both.map(({ gamma }) => gamma).join(", ")} and falls below`
      : rise
        ? "rises, and no fall at the smallest γ can be told"
        : fall
          ? "falls at the smallest γ, and no rise before can be told"
          : against
            ? "does not rise and then fall"
            : "is the same at all γ as far as can be told";
  return [
    {
      claim: "rise-and-fall",
      kind,
      text:
        `At ε = ${epsText(eps)}, as γ falls from ${largest.gamma}, accuracy under PGD ${seen}: ${percentOf(largest.pgd)} there, ` +
        `${percentOf(peak.pgd)} at best (γ = ${peak.gamma}), ${percentOf(smallest.pgd)} at γ = ${smallest.gamma} ` +
        `(Holm over ${tests.length} comparisons).`,
    },
  ];
}

/** Whether some sparsity ratio is ahead of ReLU, under PGD and under all attacks. */
function advantages({ rows, relu, eps }: GammaSweep, attacks: AttackLabels): FigureNote[] {
  if (relu === null) return [];
  return (["pgd", "adaptive"] as const).map((measure): FigureNote => {
    const comparisons = rows.map((row) => advantage(`γ = ${row.gamma}`, measure, row, relu));
    const { kind: judged, tests } = judge(comparisons, { need: "some", margin: SMALL });
    const { kind, text } = measure === "pgd" ? { kind: judged, text: "" } : ofFewAttacks(judged, attacks);
    const best = rows.reduce((a, b) => (rateOf(b[measure]).value > rateOf(a[measure]).value ? b : a));
    const what = measure === "pgd" ? "PGD" : `the ${attacks.adaptive}`;
    return {
      claim: measure === "pgd" ? "ahead-under-pgd" : "ahead-in-worst-case",
      kind,
      text:
        `At ε = ${epsText(eps)}, ${what} leaves at best ${percentOf(best[measure])} of k-WTA (γ = ${best.gamma}) and ` +
        `${percentOf(relu[measure])} of ReLU. k-WTA against ReLU, Holm over ${tests.length}: ${testsText(tests)}.` +
        text +
        (judged === "agrees" ? "" : unfairText(comparisons)),
    };
  });
}
