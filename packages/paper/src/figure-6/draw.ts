import {
  chartPanel,
  legendPanel,
  panelLetter as letter,
  type LineSeries,
  type Panels,
  type TableData,
} from "@kwta/viz";
import {
  along,
  bands,
  gammaAxis,
  measures,
  robustDomain,
  threeCells,
  type Measure,
} from "../shared/accuracies/lines.ts";
import { epsText } from "@kwta/core";
import type { Figure6Data, TrainingSweep } from "./data.ts";

/** A row for each network, a column for each measure, two ways of training in each panel. */
export function draw(data: Figure6Data): Panels {
  const under = {
    clean: "without attack",
    pgd: `attack: ${data.attacks.pgd}`,
    adaptive: `attack: ${data.attacks.adaptive}`,
  };
  const robust = robustDomain(
    data.networks
      .flatMap(({ rows }) => rows.flatMap(({ direct, incremental }) => [direct, incremental]))
      .filter((one) => one !== null),
  );
  let index = 0;
  const rows = data.networks.map((network) =>
    measures.map((measure) => {
      const title = `${letter(index++)} ${network.label}${measure === "clean" ? "" : `, ε = ${epsText(network.eps)}`}`;
      const y = { label: "accuracy", percent: true, domain: measure === "clean" ? ([0, 1] as const) : robust };
      return chartPanel({ title, subtitle: under[measure], x: gammaAxis, y, series: ways(network, measure) }, 320);
    }),
  );
  const columns = Math.max(1, ...rows.map((row) => row.length));
  return {
    caption:
      "Accuracy over the sparsity ratio, for networks trained directly at it, and for networks led to it from a larger ratio step by step. " +
      `The columns are without attack, under PGD alone, and in the ${data.attacks.adaptive}, the last two on one scale. ${bands}`,
    legend: legendPanel(ways(null, "clean")),
    rows,
    width: columns > 2 ? 1080 : 960,
    tables: [waysTable(data)],
  };
}

function ways(network: TrainingSweep | null, measure: Measure): LineSeries[] {
  const rows = network?.rows ?? [];
  return [
    { name: "incremental", points: along(rows, (row) => row.incremental?.[measure] ?? null) },
    { name: "direct", points: along(rows, (row) => row.direct?.[measure] ?? null), dashed: true },
  ];
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
