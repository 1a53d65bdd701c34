import { epsText } from "@kwta/core";
import { dotPlot, type DotRow, type Panels, type TableData } from "@kwta/viz";
import { rateOf } from "../shared/accuracies/data.ts";
import { rateCell } from "../shared/accuracies/lines.ts";
import type { GalleryData } from "./data.ts";

const COLUMNS = { clean: "without attack", standard: "standard", adaptive: "adaptive" } as const;
const measures = ["clean", "standard", "adaptive"] as const;

/** A row for each activation, a dot for each protocol. */
export function draw(data: GalleryData): Panels {
  const { rows, eps, protocols } = data;
  const dots = rows.map(({ label, ...of }): DotRow => ({
    name: label,
    values: measures.map((measure) => rateOf(of[measure])),
  }));
  return {
    caption:
      `Accuracy of nets that differ in their activation alone, at ε = ${epsText(eps)}: without attack, under ${protocols.standard}, and under ` +
      `${protocols.adaptive}, which looks through the activation where that hides its gradient. Bars are 95 % confidence intervals.`,
    rows: [
      [
        (width) =>
          dotPlot({ label: "accuracy", series: measures.map((measure) => COLUMNS[measure]), rows: dots }, width),
      ],
    ],
    width: 760,
    tables: [ratesTable(data)],
  };
}

function ratesTable({ rows }: GalleryData): TableData {
  return {
    columns: ["network", { title: "activation", align: "left" }, ...measures.map((measure) => COLUMNS[measure])],
    rows: rows.map((row) => [row.label, row.activation, ...measures.map((measure) => rateCell(rateOf(row[measure])))]),
  };
}
