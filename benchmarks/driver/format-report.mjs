// @ts-check
import { formatTable } from "@kwta/viz";
/** @import { Report } from "./types.ts" */

/**
 * The report as lines for a terminal.
 *
 * @param {Report} report
 */
export function formatReport({ benchmark, machine, rows, notes }) {
  const { cpu, cores, memory, os, node, load, runners } = machine;
  const number = (/** @type {number} */ value) => String(Number(value.toPrecision(4)));
  const table = formatTable({
    columns: ["case", { title: "contestant", align: "left" }, "median", "min", "max", { title: "unit", align: "left" }],
    rows: rows.map((row, i) => [
      row.case === rows[i - 1]?.case ? "" : row.case,
      row.contestant,
      ...[row.median, row.min, row.max].map(number),
      row.unit,
    ]),
  });
  const versions = Object.entries(runners).map(([name, version]) => `${name} (${version})`);
  return [
    `${benchmark}: ${cpu}, ${cores} cores, ${memory}, ${os}, Node ${node}, load ${load.join(" ")}`,
    versions.join(", "),
    "",
    table,
    ...notes.map((note) => `\n${note}`),
  ].join("\n");
}
