import { DUELS, type DuelName } from "../compute/attacks.ts";
import type { CurvePoint } from "../compute/curve.ts";
import { chart, type Line } from "../ui/chart.ts";
import { percent } from "../ui/format.ts";

/** Where the lines have points. */
export const EPSILONS: readonly number[] = [0, 0.05, 0.1, 0.15, 0.2];

/** How each line is called. */
export const DUEL_NAMES: Readonly<Record<DuelName, { readonly net: string; readonly attack: string }>> = {
  "relu-pgd": { net: "ReLU net", attack: "PGD" },
  "kwta-pgd": { net: "k-WTA net", attack: "PGD" },
  "kwta-gate": { net: "k-WTA net", attack: "adaptive PGD" },
};

/** Accuracy over eps, as far as it is known, with 95 % intervals. */
export function accuracyChart(points: readonly CurvePoint[]): SVGSVGElement {
  const lines: Line[] = DUELS.map(({ id }) => {
    const own = points.filter(({ duel }) => duel === id);
    return {
      style: id,
      name: DUEL_NAMES[id].net,
      points: own.map(({ eps, accuracy }) => [eps, accuracy.value] as const),
      intervals: own.map(({ accuracy }) => [accuracy.low, accuracy.high] as const),
      dots: true,
    };
  });
  const alt = lines.map(({ style, points: own }) => {
    const { net, attack } = DUEL_NAMES[style as DuelName];
    const [eps, accuracy] = own.at(-1) ?? [];
    const known = accuracy === undefined ? "not known yet" : `${percent(accuracy)} at eps ${eps}`;
    return `${net} under ${attack}: ${known}`;
  });
  return chart(
    lines,
    {
      label: "eps: largest change of a pixel",
      domain: [0, EPSILONS.at(-1)!],
      ticks: EPSILONS.map((eps) => [eps, String(eps)]),
    },
    { label: "accuracy", domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1].map((value) => [value, percent(value)]) },
    `${alt.join("; ")}.`,
    330,
  );
}
