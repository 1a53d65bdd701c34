// @ts-check
import { formatTable } from "@kwta/viz";
/** @import { TableData } from "@kwta/viz" */
/** @import { Report, Row } from "./types.ts" */

/**
 * The report as lines for a terminal.
 *
 * @param {Report<object>} report
 * @param {readonly TableData[]} tables
 */
export function formatReport({ benchmark, machine, notes }, tables) {
  const { cpu, cores, memory, os, node, load, runners } = machine;
  const versions = Object.entries(runners).map(([name, version]) => `${name} (${version})`);
  return [
    `${benchmark}: ${cpu}, ${cores} cores, ${memory}, ${os}, Node ${node}, load ${load.join(" ")}`,
    versions.join(", "),
    ...tables.map((table) => `\n${formatTable(table)}`),
    ...notes.map((note) => `\n${note}`),
  ].join("\n");
}

/**
 * What contestants measured, case by case.
 *
 * @param {readonly Row[]} rows
 * @returns {TableData}
 */
export function rowTable(rows) {
  const number = (/** @type {number} */ value) => String(Number(value.toPrecision(4)));
  return {
    columns: ["case", { title: "contestant", align: "left" }, "median", "min", "max", { title: "unit", align: "left" }],
    rows: rows.map((row, i) => [
      row.case === rows[i - 1]?.case ? "" : row.case,
      row.contestant,
      ...[row.median, row.min, row.max].map(number),
      row.unit,
    ]),
  };
}
