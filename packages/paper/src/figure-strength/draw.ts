import { epsText } from "@kwta/core";
import {
  chartRow,
  palette,
  panelLetter as letter,
  type LineChartData,
  type LinePoint,
  type LineSeries,
  type Panels,
  type TableData,
} from "@kwta/viz";
import { rateOf, type Standing } from "../shared/accuracies/data.ts";
import { rateCell } from "../shared/accuracies/lines.ts";
import { WEAK, type StrengthData, type WidthRow } from "./data.ts";

/** Steps, starts, and, where nets of several widths are trained, width. */
export function draw(data: StrengthData): Panels {
  const { steps, nets, widths, eps } = data;
  const most = steps.at(-1)!;
  const over = (xs: readonly number[], of: readonly Standing[]): LinePoint[] => xs.map((x, i) => pointOf(x, of[i]!));
  const charts: Pick<LineChartData, "title" | "x" | "series">[] = [
    ...(nets.length === 0
      ? []
      : [
          {
            title: "Steps of one start",
            x: { label: "steps (logarithmic)", log: true },
            series: nets.flatMap(({ label, last, best }, i): LineSeries[] => [
              { name: `${label}, last point`, points: over(steps, last), color: palette[i]!, dashed: true },
              { name: `${label}, best point`, points: over(steps, best), color: palette[i]! },
            ]),
          },
          {
            title: `Starts of ${most} steps, best point`,
            x: { label: "starts (logarithmic)", log: true },
            series: nets.map(({ label, starts }, i): LineSeries => {
              const counts = starts.map((_, start) => start + 1);
              return { name: label, points: over(counts, starts), color: palette[i]! };
            }),
          },
        ]),
    ...(widths.length < 2
      ? []
      : [
          {
            title: "Width of the k-WTA net",
            x: { label: "channels of the first block (logarithmic)", log: true },
            series: Object.entries(WIDTHS).map(([measure, name]): LineSeries => ({
              name,
              points: widths.map((row) => pointOf(row.width, row[measure as keyof typeof WIDTHS])),
            })),
          },
        ]),
  ];
  const y = { label: "accuracy", percent: true, domain: [0, 1] as const };
  return {
    caption:
      `Accuracy at ε = ${epsText(eps)} over the strength of PGD: over its steps, if the last point counts, with the cross-entropy, as in the authors' code, or the best one, with the margin; over ` +
      "its random starts; and over the width of k-WTA nets that are trained alike. Bands are 95 % confidence intervals.",
    rows: [
      chartRow(
        charts.map((chart, i) => ({ ...chart, title: `${letter(i)} ${chart.title}`, y })),
        380,
        "own",
      ),
    ],
    width: charts.length > 2 ? 1140 : 960,
    leastWidth: 300,
    tables: [strengthTable(data), ...(widths.length === 0 ? [] : [widthTable(widths)])],
  };
}

const WIDTHS = {
  clean: "without attack",
  weak: `PGD-${WEAK}, last point`,
  strong: "PGD, all starts",
  gate: "PGD and gate",
} as const satisfies Partial<Record<keyof WidthRow, string>>;

function pointOf(x: number, standing: Standing): LinePoint {
  const { value, low, high } = rateOf(standing);
  return [x, value, low, high];
}

function strengthTable({ steps, nets }: StrengthData): TableData {
  return {
    caption: "Accuracy over the steps of one start, by its last and by its best point, and over all starts.",
    columns: ["network", { title: "point", align: "left" }, ...steps.map((count) => `${count} steps`), "all starts"],
    rows: nets.flatMap(({ label, last, best, starts }) => [
      [label, "last", ...last.map((each) => rateCell(rateOf(each))), null],
      [label, "best", ...best.map((each) => rateCell(rateOf(each))), rateCell(rateOf(starts.at(-1)!))],
    ]),
  };
}

function widthTable(widths: readonly WidthRow[]): TableData {
  const measures = Object.keys(WIDTHS) as (keyof typeof WIDTHS)[];
  return {
    caption: "Accuracy over the width of k-WTA nets.",
    columns: ["width", ...measures.map((measure) => WIDTHS[measure])],
    rows: widths.map((row) => [row.width, ...measures.map((measure) => rateCell(rateOf(row[measure])))]),
  };
}
