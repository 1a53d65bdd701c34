// @ts-check
import { InputError, lookUp, writeJson } from "@kwta/core";
import { readArguments } from "./driver/arguments.mjs";
import { formatReport, rowTable } from "./driver/format-report.mjs";
import { busy, describeMachine } from "./driver/machine.mjs";
import { measure } from "./driver/measure.mjs";
import { attackbench } from "./attackbench/benchmark.mjs";
import { attacks } from "./attacks/benchmark.mjs";
import { data } from "./data/benchmark.mjs";
import { evaluation } from "./evaluation/benchmark.mjs";
import { backends } from "./backends/benchmark.mjs";
import { fold } from "./fold/benchmark.mjs";
import { fuzz } from "./fuzz/benchmark.mjs";
import { gradients } from "./gradients/benchmark.mjs";
import { networks } from "./networks/benchmark.mjs";
import { op } from "./op/benchmark.mjs";
import { sweep } from "./sweep/benchmark.mjs";
import { training } from "./training/benchmark.mjs";
/** @import { Benchmark, Extent, TrialResult } from "./driver/types.ts" */

/** @type {Readonly<Record<string, Benchmark>>} */
const BENCHMARKS = {
  attackbench,
  attacks,
  backends,
  data,
  evaluation,
  fold,
  fuzz,
  gradients,
  networks,
  op,
  sweep,
  training,
};

const stop = new AbortController();

/** @param {string} text */
const print = (text) => void process.stdout.write(`${text}\n`);

async function main() {
  const { name, json, choice } = readArguments(process.argv.slice(2));
  if (name === undefined) {
    for (const benchmark of Object.values(BENCHMARKS)) print(`${benchmark.name.padEnd(11)} ${benchmark.summary}`);
    return;
  }
  const benchmark = lookUp("benchmark", name, BENCHMARKS);
  const machine = describeMachine();
  const { rows, tables, notes, runners, failed } = await perform(benchmark, { ...choice, signal: stop.signal });
  const report = {
    benchmark: name,
    machine: { ...machine, runners },
    rows,
    notes: [...notes, ...busy(machine), ...(stop.signal.aborted ? ["Stopped: the rest was not measured."] : [])],
  };
  if (json !== undefined) await writeJson(json, report);
  print(formatReport(report, tables));
  if (failed) process.exitCode = 1;
  if (stop.signal.aborted) process.exitCode = 130;
}

/** @param {Benchmark} benchmark @param {Extent} extent @returns {Promise<TrialResult>} */
async function perform(benchmark, extent) {
  if ("run" in benchmark) {
    if (extent.cases ?? extent.contestants)
      throw new InputError(`${benchmark.name} has no cases to choose from; leave --cases and --contestants out.`);
    return benchmark.run(extent);
  }
  const measured = await measure(benchmark, extent);
  return { ...measured, tables: [rowTable(measured.rows)], failed: false };
}

// The first time to tell what there is, then to end at once.
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
  process.on(signal, () => (stop.signal.aborted ? process.exit(130) : stop.abort()));

try {
  await main();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
