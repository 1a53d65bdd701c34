// @ts-check
import { InputError, lookUp, writeJson } from "@kwta/core";
import { readArguments } from "./driver/arguments.mjs";
import { formatReport } from "./driver/format-report.mjs";
import { busy, describeMachine } from "./driver/machine.mjs";
import { measure } from "./driver/measure.mjs";
import { attacks } from "./attacks/benchmark.mjs";
import { data } from "./data/benchmark.mjs";
import { evaluation } from "./evaluation/benchmark.mjs";
import { backends } from "./backends/benchmark.mjs";
import { fold } from "./fold/benchmark.mjs";
import { fuzz } from "./fuzz/benchmark.mjs";
import { op } from "./op/benchmark.mjs";
/** @import { Benchmark, Choice, Found } from "./driver/types.ts" */

/** @type {Readonly<Record<string, Benchmark>>} */
const BENCHMARKS = { attacks, backends, data, evaluation, fold, fuzz, op };

/** @param {string} text */
const print = (text) => void process.stdout.write(`${text}\n`);

async function main() {
  const { name, choice, json } = readArguments(process.argv.slice(2));
  if (name === undefined) {
    for (const benchmark of Object.values(BENCHMARKS)) print(`${benchmark.name.padEnd(10)} ${benchmark.summary}`);
    return;
  }
  const benchmark = lookUp("benchmark", name, BENCHMARKS);
  const machine = describeMachine();
  const reportOf = (/** @type {Found} */ { rows, notes, runners }) => ({
    benchmark: name,
    machine: { ...machine, runners },
    rows,
    notes: [...notes, ...busy(machine)],
  });
  const { failed, ...found } = await perform(benchmark, choice, (soFar) => {
    tellSoFar = () => {
      const { rows, notes, runners } = soFar();
      if (rows.length > 0) print(formatReport(reportOf({ rows, notes: [...notes, STOPPED], runners })));
    };
  });
  const report = reportOf(found);
  if (json !== undefined) await writeJson(json, report);
  print(formatReport(report));
  if (failed) process.exitCode = 1;
}

const STOPPED = "It was stopped: these are the cases that were finished.";
let tellSoFar = () => {};

/** @param {Benchmark} benchmark @param {Choice} choice @param {(soFar: () => Found) => void} begun */
async function perform(benchmark, choice, begun) {
  if (!("run" in benchmark)) return { ...(await measure(benchmark, choice, begun)), failed: false };
  if (choice.cases ?? choice.contestants)
    throw new InputError(`${benchmark.name} has no cases to choose from; leave --cases and --contestants out.`);
  const { rows, ...others } = await benchmark.run(choice.quick);
  return { ...others, rows: [...rows], runners: {} };
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    tellSoFar();
    process.exit(130);
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
