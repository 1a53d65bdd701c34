import { DUELS, type DuelName } from "../compute/attacks.ts";
import type { CurvePoint } from "../compute/curve.ts";
import { MOST_EPS } from "../state.ts";
import { chart, type Line } from "../ui/chart.ts";
import { percent } from "../ui/format.ts";

/** How each line is called. */
export const DUEL_NAMES: Readonly<Record<DuelName, { readonly net: string; readonly attack: string }>> = {
  "relu-pgd": { net: "ReLU net", attack: "PGD" },
  "kwta-pgd": { net: "k-WTA net", attack: "PGD" },
  "kwta-gate": { net: "k-WTA net", attack: "gate surrogate" },
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
  const alt = DUELS.map(({ id }) => {
    const last = points.filter(({ duel }) => duel === id).at(-1);
    const { net, attack } = DUEL_NAMES[id];
    return last ? `${net} under ${attack}: ${percent(last.accuracy.value)} at eps ${last.eps}` : `${net} under ${attack}: not known yet`;
  });
  return chart(
    lines,
    { label: "eps: largest change of a pixel", domain: [0, MOST_EPS], ticks: [0, 0.05, 0.1, 0.15, 0.2, 0.25].map((eps) => [eps, String(eps)]) },
    { label: "accuracy", domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1].map((value) => [value, percent(value)]) },
    `${alt.join("; ")}.`,
    330,
  );
}
