import type { LinePoint, LineSeries } from "../line-series.ts";
import { palette } from "../palette.ts";
import type { TableCell, TableData } from "../table-data.ts";
import type {
  Accuracies,
  AccuracyEstimate,
  AttackLabels,
  Figure4Data,
  Figure6Data,
  GammaSweep,
  TrainingSweep,
} from "./figure-data.ts";
import { lineLegend } from "./_line-legend.ts";
import { chartPart, epsText, letter, type FigureParts, type Part } from "./_parts.ts";

const measures = ["clean", "pgd", "adaptive"] as const;
type Measure = (typeof measures)[number];
const gamma = { label: "sparsity ratio γ (logarithmic)", log: true };
const bands = "Bands are 95 % confidence intervals.";

/** Figure 4: a panel for each network. */
export function figure4(data: Figure4Data): FigureParts {
  const panels = data.networks.map((network, i) =>
    accuracies(network, data.attacks, data.networks.length > 1 ? `${letter(i)} ` : ""),
  );
  const relu = data.networks.some((network) => network.relu !== null);
  const sample: LineSeries = { name: "the same network with ReLU", points: [], color: "#8a8f98", marks: false };
  const legend = [...sweepLines([], data.attacks), ...(relu ? [{ ...sample, dashed: "dots" as const }] : [])];
  return {
    caption:
      `Accuracy over the sparsity ratio without attack and under two attacks: ${data.attacks.pgd}, which follows plain gradients, and ${data.attacks.adaptive}, which is made for k-WTA. ` +
      `${relu ? "Dotted lines are the same network with ReLU. " : ""}${bands}`,
    legend: lineLegend(legend),
    rows: pairsOf(panels),
    width: panels.length > 1 ? 960 : 720,
    tables: [sweepTable(data)],
  };
}

function accuracies({ label, eps, rows, relu }: GammaSweep, attacks: AttackLabels, mark: string): Part {
  const own = sweepLines(rows, attacks);
  const gammas = rows.map((row) => row.gamma);
  const ends = gammas.length > 1 ? [Math.min(...gammas), Math.max(...gammas)] : [gammas[0]! / 1.5, gammas[0]! * 1.5];
  const reference = measures.flatMap((measure, i): LineSeries[] => {
    const level = relu?.[measure]?.value;
    if (level === undefined) return [];
    const points = ends.map((x) => [x, level] as const);
    return [{ ...own[i]!, name: `ReLU, ${own[i]!.name}`, points, dashed: "dots", marks: false }];
  });
  const series = [...own, ...reference];
  const title = `${mark}${label}, ε = ${epsText(eps)}`;
  return chartPart({ title, x: gamma, y: { label: "accuracy", percent: true }, series }, 360);
}

type Row = Accuracies & { readonly gamma: number };

function sweepLines(rows: readonly Row[], attacks: AttackLabels): (LineSeries & { color: string })[] {
  const names = { clean: "clean", ...attacks };
  return measures.map((measure, i) => ({
    name: names[measure],
    points: along(rows, (row) => row[measure]),
    color: palette[i]!,
  }));
}

/** By increasing gamma; what was not measured is left out. */
function along<R extends { readonly gamma: number }>(
  rows: readonly R[],
  pick: (row: R) => AccuracyEstimate | null,
): LinePoint[] {
  return [...rows]
    .sort((a, b) => a.gamma - b.gamma)
    .flatMap((row): LinePoint[] => {
      const estimate = pick(row);
      return estimate === null ? [] : [[row.gamma, estimate.value, estimate.low, estimate.high]];
    });
}

/** Figure 6: a row for each network, a column for each measure, two ways of training in each panel. */
export function figure6(data: Figure6Data): FigureParts {
  const under = {
    clean: "without attack",
    pgd: `attack: ${data.attacks.pgd}`,
    adaptive: `attack: ${data.attacks.adaptive}`,
  };
  const measured = (network: TrainingSweep): Measure[] =>
    measures.filter((measure) => network.rows.some((row) => row.direct[measure] ?? row.incremental[measure]));
  let index = 0;
  const rows = data.networks.map((network) =>
    measured(network).map((measure) => {
      const title = `${letter(index++)} ${network.label}${measure === "clean" ? "" : `, ε = ${epsText(network.eps)}`}`;
      const y = { label: "accuracy", percent: true };
      return chartPart({ title, subtitle: under[measure], x: gamma, y, series: ways(network, measure) }, 320);
    }),
  );
  const columns = Math.max(1, ...rows.map((row) => row.length));
  return {
    caption:
      "Accuracy over the sparsity ratio, for networks trained directly at it, and for networks led to it from a larger ratio step by step. " +
      `The columns are without attack, under plain gradients, and under an attack made for k-WTA. ${bands}`,
    legend: lineLegend(ways(null, "clean")),
    rows,
    width: columns > 2 ? 1080 : 960,
    tables: [waysTable(data)],
  };
}

function ways(network: TrainingSweep | null, measure: Measure): LineSeries[] {
  const rows = network?.rows ?? [];
  return [
    { name: "incremental", points: along(rows, (row) => row.incremental[measure]) },
    { name: "direct", points: along(rows, (row) => row.direct[measure]), dashed: true },
  ];
}

function pairsOf<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / 2) }, (_, i) => items.slice(2 * i, 2 * i + 2));
}

function cell(estimate: AccuracyEstimate | null): TableCell {
  if (estimate === null) return null;
  const percent = (share: number): string => (100 * share).toFixed(1);
  return {
    text: `${percent(estimate.value)} %`,
    detail: `${percent(estimate.low)}–${percent(estimate.high)} %, ${estimate.count} images`,
  };
}

const threeCells = (row: Accuracies): TableCell[] => measures.map((measure) => cell(row[measure]));

function sweepTable({ networks, attacks }: Figure4Data): TableData {
  return {
    columns: ["network", { title: "γ", align: "right" }, "clean", attacks.pgd, attacks.adaptive],
    rows: networks.flatMap(({ label, eps, rows, relu }) => [
      ...rows.map((row) => [`${label}, ε = ${epsText(eps)}`, row.gamma, ...threeCells(row)]),
      ...(relu === null ? [] : [[`${label}, ε = ${epsText(eps)}`, "ReLU", ...threeCells(relu)]]),
    ]),
  };
}

function waysTable({ networks, attacks }: Figure6Data): TableData {
  return {
    columns: ["network", "γ", { title: "training", align: "left" }, "clean", attacks.pgd, attacks.adaptive],
    rows: networks.flatMap(({ label, eps, rows }) =>
      rows.flatMap((row) =>
        (["incremental", "direct"] as const).map((way) => [
          `${label}, ε = ${epsText(eps)}`,
          row.gamma,
          way,
          ...threeCells(row[way]),
        ]),
      ),
    ),
  };
}
