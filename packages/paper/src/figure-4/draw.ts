import {
  chartPanel,
  legendPanel,
  palette,
  panelLetter as letter,
  type LineSeries,
  type Panel,
  type Panels,
  type TableData,
} from "@kwta/viz";
import { epsText } from "@kwta/core";
import { rateOf, type Accuracies, type AttackLabels } from "../shared/accuracies/data.ts";
import {
  along,
  bands,
  gammaAxis,
  measures,
  robustDomain,
  threeCells,
  type Measure,
} from "../shared/accuracies/lines.ts";
import type { Figure4Data, GammaSweep } from "./data.ts";

/** Standard accuracy, and beside it robust accuracy at each eps on one scale. */
export function draw(data: Figure4Data): Panels {
  const { networks, attacks } = data;
  const [first] = networks;
  const y = robustDomain(networks.flatMap(({ rows, relu }) => [...rows, ...(relu === null ? [] : [relu])]));
  const panels = [
    panel(first!, ["clean"], attacks, `${letter(0)} Standard accuracy`, [0, 1]),
    ...networks.map((network, i) =>
      panel(network, ["pgd", "adaptive"], attacks, `${letter(i + 1)} Robust accuracy, ε = ${epsText(network.eps)}`, y),
    ),
  ];
  const relu = networks.some((network) => network.relu !== null);
  const sample: LineSeries = { name: "the same network with ReLU", points: [], color: OF_ALL, marks: false };
  const legend = [...sweepLines([], measures, attacks), ...(relu ? [{ ...sample, dashed: "dots" as const }] : [])];
  return {
    caption:
      `${first!.label}: accuracy over the sparsity ratio without attack, under ${attacks.pgd}, which follows plain gradients, and in the ${attacks.adaptive}, which is made for k-WTA. ` +
      `${relu ? "Dotted lines are the same network with ReLU. " : ""}${bands} Panels of robust accuracy share one scale.`,
    legend: legendPanel(legend),
    rows: pairsOf(panels),
    width: panels.length > 1 ? 960 : 720,
    tables: [sweepTable(data)],
  };
}

function panel(
  { rows, relu }: GammaSweep,
  shown: readonly Measure[],
  attacks: AttackLabels,
  title: string,
  domain: readonly [number, number],
): Panel {
  const own = sweepLines(rows, shown, attacks);
  const gammas = rows.map((row) => row.gamma);
  const ends = gammas.length > 1 ? [Math.min(...gammas), Math.max(...gammas)] : [gammas[0]! / 1.5, gammas[0]! * 1.5];
  const reference = relu === null ? [] : reluLines(relu, shown, own, ends);
  const y = { label: "accuracy", percent: true, domain };
  return chartPanel({ title, x: gammaAxis, y, series: [...own, ...reference] }, 320);
}

/** Of a line that is not of one measure alone. */
const OF_ALL = "#8a8f98";

/** Level lines; where all measures say the same, as the gate does of a net without k-WTA, one for all. */
function reluLines(
  relu: Accuracies,
  shown: readonly Measure[],
  own: readonly LineSeries[],
  ends: readonly number[],
): LineSeries[] {
  const values = shown.map((measure) => rateOf(relu[measure]).value);
  const level = (value: number): LineSeries["points"] => ends.map((x) => [x, value] as const);
  const [first] = values;
  if (shown.length > 1 && values.every((value) => value === first)) {
    return [{ name: "ReLU, all attacks", points: level(first!), color: OF_ALL, dashed: "dots", marks: false }];
  }
  return own.map((line, i) => ({
    ...line,
    name: `ReLU, ${line.name}`,
    points: level(values[i]!),
    dashed: "dots",
    marks: false,
  }));
}

type Row = Accuracies & { readonly gamma: number };

/** The same colour and mark for a measure in all panels. */
function sweepLines(rows: readonly Row[], shown: readonly Measure[], { pgd, adaptive }: AttackLabels): LineSeries[] {
  const names = { clean: "without attack", pgd, adaptive };
  return shown.map((measure) => ({
    name: names[measure],
    points: along(rows, (row) => row[measure]),
    color: palette[measures.indexOf(measure)]!,
    shape: SHAPES[measure],
  }));
}

const SHAPES: Readonly<Record<Measure, string>> = { clean: "circle", pgd: "square", adaptive: "triangle-up" };

function pairsOf<T>(items: readonly T[]): (T | null)[][] {
  return Array.from({ length: Math.ceil(items.length / 2) }, (_, i) => {
    const pair: (T | null)[] = items.slice(2 * i, 2 * i + 2);
    return pair.length === 1 && items.length > 1 ? [...pair, null] : pair;
  });
}

function sweepTable({ networks, attacks }: Figure4Data): TableData {
  return {
    columns: ["network", { title: "γ", align: "right" }, "clean", attacks.pgd, attacks.adaptive],
    rows: networks.flatMap(({ label, eps, rows, relu }) => [
      ...rows.map((row) => [`${label}, ε = ${epsText(eps)}`, row.gamma, ...threeCells(row)]),
      ...(relu === null ? [] : [[`${label}, ε = ${epsText(eps)}`, "ReLU", ...threeCells(relu)]]),
    ]),
  };
}
