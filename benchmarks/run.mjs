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
import { training } from "./training/benchmark.mjs";
/** @import { Benchmark } from "./driver/types.ts" */

/** @type {Readonly<Record<string, Benchmark>>} */
const BENCHMARKS = { attacks, backends, data, evaluation, fold, fuzz, op, training };

/** @param {string} text */
const print = (text) => void process.stdout.write(`${text}\n`);

async function main() {
  const { name, quick, images, json } = readArguments(process.argv.slice(2));
  if (name === undefined) {
    for (const benchmark of Object.values(BENCHMARKS)) print(`${benchmark.name.padEnd(10)} ${benchmark.summary}`);
    return;
  }
  const benchmark = lookUp("benchmark", name, BENCHMARKS);
  const machine = describeMachine();
  const { rows, notes, runners: versions, failed } = await perform(benchmark, quick, images);
  const report = {
    benchmark: name,
    machine: { ...machine, runners: versions },
    rows,
    notes: [...notes, ...busy(machine)],
  };
  if (json !== undefined) await writeJson(json, report);
  print(formatReport(report));
  if (failed) process.exitCode = 1;
}

/** @param {Benchmark} benchmark @param {boolean} quick @param {number | undefined} images */
async function perform(benchmark, quick, images) {
  if ("run" in benchmark) return { ...(await benchmark.run(quick)), runners: {} };
  return { ...(await measure(benchmark, quick, images)), failed: false };
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
  process.on(signal, () => process.exit(130));

try {
  await main();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
