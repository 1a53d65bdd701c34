import { epsText } from "@kwta/core";
import {
  chartPanel,
  legendPanel,
  panelLetter as letter,
  type LineSeries,
  type Panels,
  type TableData,
} from "@kwta/viz";
import { sizeText, unitOf } from "../shared/units.ts";
import { median, medianPoint } from "../shared/quantiles.ts";
import type { WinnersData } from "./data.ts";

const MEASURES = {
  lost: { title: "Winners that are others", label: "share of the winners" },
  change: { title: "How far logits move", label: "share of their length" },
} as const;

/** Winners on the left, logits on the right, a line for each net. */
export function draw(data: WinnersData): Panels {
  const { nets, distances, eps, images } = data;
  const { factor, name } = unitOf(eps);
  const lines = (measure: keyof typeof MEASURES): LineSeries[] =>
    nets.map((net) => ({
      name: net.label,
      points: distances.map((at, i) => medianPoint(factor * at, net[measure][i]!)),
    }));
  const panels = (["lost", "change"] as const).map((measure, i) =>
    chartPanel(
      {
        title: `${letter(i)} ${MEASURES[measure].title}`,
        x: { label: `distance, ${name} (logarithmic)`, log: true, format: ".2~g" },
        y: { label: MEASURES[measure].label, percent: true, domain: [0, topOf(lines(measure))] },
        rules: [factor * eps],
        series: lines(measure),
      },
      320,
    ),
  );
  return {
    caption:
      "How the nets change along random directions of signs, over the distance that every pixel has moved: (a) of the units that win at the " +
      "image, or that are above 0 in ReLU, those that do not any more; (b) how far the logits have moved. A pattern that changes bends a ReLU net; k-WTA " +
      `jumps. Lines are medians of ${images} images, bands their quartiles; the vertical line is ε = ${epsText(eps)}.`,
    legend: legendPanel(lines("lost")),
    rows: [panels],
    width: 960,
    tables: [medians(data)],
  };
}

function topOf(lines: readonly LineSeries[]): number {
  const highest = Math.max(...lines.flatMap(({ points }) => points.map((point) => point?.[3] ?? 0)));
  return Math.max(0.1, Math.ceil(10 * highest) / 10);
}

function medians({ nets, distances, eps }: WinnersData): TableData {
  return {
    caption: "Medians, per cent: winners that are others; how far logits have moved.",
    columns: ["network", ...distances.map((at) => sizeText(at, eps))],
    rows: nets.map(({ label, lost, change }) => [
      label,
      ...distances.map((_, i) => `${short(median(lost[i]!))}; ${short(median(change[i]!))}`),
    ]),
  };
}

function short(share: number): number {
  return Number((100 * share).toPrecision(2));
}
