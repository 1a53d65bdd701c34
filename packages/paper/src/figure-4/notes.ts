import type { FigureNote } from "../contract/figure-file.ts";
import { percent, verdict } from "../shared/accuracies/compare.ts";
import type { Accuracies, AccuracyEstimate } from "../shared/accuracies/data.ts";
import { epsText } from "@kwta/core";
import type { Figure4Data, GammaSweep } from "./data.ts";

/** What sparsity costs, and what is left of it under attack. */
export function notes({ networks }: Figure4Data): FigureNote[] {
  return [describeClean(networks[0]!), ...networks.flatMap(describeAttacks)];
}

type Row = GammaSweep["rows"][number];

function describeClean({ rows }: GammaSweep): FigureNote {
  const [smallest, largest] = [rows[0]!, rows.at(-1)!];
  return {
    kind: verdict(largest.clean, smallest.clean),
    text: `Accuracy without attack is ${percent(smallest.clean)} at γ = ${smallest.gamma} and ${percent(largest.clean)} at γ = ${largest.gamma}.`,
  };
}

function describeAttacks({ rows, relu, eps: size }: GammaSweep): FigureNote[] {
  if (relu === null) return [];
  const eps = epsText(size);
  const best = (score: (row: Accuracies) => AccuracyEstimate): Row =>
    rows.reduce((a, b) => (score(b).value > score(a).value ? b : a));
  const underAdaptive = ({ adaptive, pgd }: Accuracies): AccuracyEstimate => adaptive ?? pgd;
  const seeming = best(({ pgd }) => pgd);
  const real = best(underAdaptive);
  const holds = verdict(underAdaptive(real), relu.pgd) === "agrees";
  return [
    {
      kind: verdict(seeming.pgd, relu.pgd),
      text: `At ε = ${eps}, PGD leaves at best ${percent(seeming.pgd)} of k-WTA (γ = ${seeming.gamma}) and ${percent(relu.pgd)} of ReLU.`,
    },
    {
      kind: holds ? "agrees" : "differs",
      text:
        `At ε = ${eps}, the adaptive attack, at the same cost, leaves at best ${percent(underAdaptive(real))} of k-WTA ` +
        `(γ = ${real.gamma}): ${holds ? "it keeps an advantage over ReLU." : "no advantage over ReLU is left."}`,
    },
  ];
}
