import type { Evaluation, Rate } from "@kwta/evaluation";
import type { RichCell, TableData } from "@kwta/viz";
import { atEps } from "./at-eps.ts";
import { TITLES } from "./protocol.ts";
import type { QuickstartReport } from "./report.ts";

/**
 * The accuracies of the two nets: clean, under each attack, and in the worst case over the attacks, each with its 95 %
 * confidence interval.
 */
export function quickstartTable({ nets, settings }: QuickstartReport): TableData {
  const { relu, kwta } = nets;
  const { attacks } = atEps(relu.evaluation, settings.eps);
  const row = (name: string, evaluation: Evaluation): (string | RichCell)[] => {
    const found = atEps(evaluation, settings.eps);
    const worst = cell(found.robust);
    const marked = found.flagged ? { ...worst, detail: `${worst.detail}, red flag` } : worst;
    return [name, cell(evaluation.clean), ...found.attacks.map(({ accuracy }) => cell(accuracy)), marked];
  };
  const n = images(relu.evaluation.n);
  return {
    columns: [
      "net",
      { title: "clean", detail: n },
      ...attacks.map((attack) => ({ title: TITLES[attack.id] ?? attack.id, detail: images(attack.n) })),
      { title: "worst case", detail: n },
    ],
    rows: [row(relu.model, relu.evaluation), row(kwta.model, kwta.evaluation)],
  };
}

function images(n: number): string {
  return `${n} images`;
}

function cell({ value, low, high }: Rate): RichCell {
  const percent = (share: number): string => (100 * share).toFixed(0);
  return { text: `${percent(value)} %`, detail: `${percent(low)}–${percent(high)}`, share: value };
}
