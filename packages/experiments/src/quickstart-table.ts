import type { Evaluation, Rate } from "@kwta/evaluation";
import type { RichCell, TableData } from "@kwta/viz";
import type { QuickstartReport } from "./quickstart-report.ts";

/**
 * The accuracies of the two nets: clean, under each attack, and in the worst case over the attacks, each with its 95 %
 * confidence interval.
 */
export function quickstartTable({ nets }: QuickstartReport): TableData {
  const { relu, kwta } = nets;
  const attacks = relu.evaluation.entries.map(({ id, n }) => ({ id, title: TITLES[id] ?? id, detail: images(n) }));
  const row = (name: string, { clean, entries, robust }: Evaluation): (string | RichCell)[] => [
    name,
    cell(clean),
    ...attacks.map(({ id }) => cell(entries.find((entry) => entry.id === id)!.accuracy)),
    cell(robust),
  ];
  const n = images(relu.evaluation.n);
  return {
    columns: ["net", { title: "clean", detail: n }, ...attacks, { title: "worst case", detail: n }],
    rows: [row(relu.model, relu.evaluation), row(kwta.model, kwta.evaluation)],
  };
}

/** What the attacks of the quick protocol are called in tables and charts. */
export const TITLES: Readonly<Record<string, string>> = {
  pgd: "PGD",
  gate: "gate surrogate",
  "gradient-estimate": "gradient estimate",
};

function images(n: number): string {
  return `${n} images`;
}

function cell({ value, low, high }: Rate): RichCell {
  const percent = (share: number): string => (100 * share).toFixed(0);
  return { text: `${percent(value)} %`, detail: `${percent(low)}–${percent(high)}`, share: value };
}
