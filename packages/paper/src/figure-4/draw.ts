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
import type { Accuracies, AttackLabels } from "../shared/accuracies/data.ts";
import { along, bands, gammaAxis, measures, threeCells } from "../shared/accuracies/lines.ts";
import { epsText } from "@kwta/core";
import type { Figure4Data, GammaSweep } from "./data.ts";

/** A panel for each network. */
export function draw(data: Figure4Data): Panels {
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
    legend: legendPanel(legend),
    rows: pairsOf(panels),
    width: panels.length > 1 ? 960 : 720,
    tables: [sweepTable(data)],
  };
}

function accuracies({ label, eps, rows, relu }: GammaSweep, attacks: AttackLabels, mark: string): Panel {
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
  return chartPanel({ title, x: gammaAxis, y: { label: "accuracy", percent: true }, series }, 360);
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

function pairsOf<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / 2) }, (_, i) => items.slice(2 * i, 2 * i + 2));
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
