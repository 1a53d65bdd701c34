import { epsText } from "@kwta/core";
import type { Panels, TableCell, TableData } from "@kwta/viz";
import { rateOf, type Standing } from "../shared/accuracies/data.ts";
import type { ResultRow, ResultTable } from "./data.ts";

/** A table for each network, and one of what others have published that stands beside it. */
export function draw(data: ResultTable): Panels {
  const networks = [...new Set([...data.rows, ...data.untrained].map(({ network }) => network))];
  const beside = data.published.filter(({ network }) => networks.includes(network));
  const sources = [...new Set(beside.map(({ source }) => source))];
  return {
    caption:
      `Accuracy on ${data.dataset} at ε = ${epsText(data.eps)}, with 95 % confidence intervals: without attack, after each attack of the paper alone, after an attack on the ReLU net, in the worst case of these, and of the protocol ${data.protocol} too. ` +
      `In brackets with a letter what others have published of other nets: ${sources.map((source, i) => `${mark(i)} ${source}`).join("; ") || "nothing"}.`,
    rows: [],
    width: 960,
    tables: networks.map((network) => tableOf(network, data, sources)),
  };
}

const TITLES: Readonly<Record<string, string>> = { pgd: "PGD-40", cw: "C&W", deepfool: "DeepFool", mim: "MIM" };

function tableOf(network: string, data: ResultTable, sources: readonly string[]): TableData {
  const rows = data.rows.filter((row) => row.network === network);
  const untrained = data.untrained.filter((row) => row.network === network);
  const n = data.rows[0]!.clean.n;
  const cell = (row: ResultRow, column: string, standing: Standing | null): TableCell => {
    const beside = data.published
      .filter((each) => each.network === network && row.method.endsWith(each.method))
      .filter((each) => each.activation === row.activation && each.column === column)
      .map(({ value, source }) => `${mark(sources.indexOf(source))} ${percent(value)}`);
    if (standing === null) return beside.length === 0 ? null : { text: "–", detail: beside.join(", ") };
    const { value, low, high } = rateOf(standing);
    return { text: percent(value), detail: [`${percent(low)}–${percent(high)}`, ...beside].join("; ") };
  };
  return {
    caption: `${network}, ${data.dataset}, ε = ${epsText(data.eps)}, ${n} images, per cent.`,
    columns: [
      "training",
      { title: "activation", align: "left" },
      "clean",
      ...data.attacks.map((id) => TITLES[id] ?? id),
      "transfer",
      "worst case",
      "adaptive",
    ],
    rows: [
      ...rows.map((row) => [
        row.training === "" ? row.method : { text: row.method, detail: row.training },
        row.activation,
        cell(row, "clean", row.clean),
        ...data.attacks.map((id, i) => cell(row, id, row.attacks[i]!)),
        cell(row, "transfer", row.transfer),
        cell(row, "worst", row.worst),
        cell(row, "adaptive", row.adaptive),
      ]),
      ...untrained.map(({ method, activation }) => [
        method,
        activation,
        "not trained",
        ...data.attacks.map(() => null),
        null,
        null,
        null,
      ]),
    ],
  };
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** `a`, `b`, ... */
function mark(index: number): string {
  return String.fromCharCode(97 + index);
}
