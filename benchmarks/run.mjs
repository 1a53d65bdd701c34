// @ts-check
import { InputError, lookUp, writeJson } from "@kwta/core";
import { readArguments } from "./driver/arguments.mjs";
import { formatReport } from "./driver/format-report.mjs";
import { busy, describeMachine } from "./driver/machine.mjs";
import { measure } from "./driver/measure.mjs";
import { Notes } from "./driver/notes.mjs";
import { attacks } from "./attacks/benchmark.mjs";
import { data } from "./data/benchmark.mjs";
import { evaluation } from "./evaluation/benchmark.mjs";
import { backends } from "./backends/benchmark.mjs";
import { fold } from "./fold/benchmark.mjs";
import { fuzz } from "./fuzz/benchmark.mjs";
import { op } from "./op/benchmark.mjs";
/** @import { Benchmark, Measured } from "./driver/types.ts" */

/** @type {Readonly<Record<string, Benchmark>>} */
const BENCHMARKS = { attacks, backends, data, evaluation, fold, fuzz, op };

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
  /** @type {Measured} */
  const measured = { rows: [], notes: new Notes(), runners: {} };
  /** @param {readonly string[]} notes */
  const report = async (notes) => {
    const { rows, runners } = measured;
    const whole = { benchmark: name, machine: { ...machine, runners }, rows, notes: [...notes, ...busy(machine)] };
    if (json !== undefined) await writeJson(json, whole);
    print(formatReport(whole));
  };
  // Hours of work are not lost where somebody stops it.
  const stop = async () => {
    for (const signal of STOPS) process.on(signal, () => process.exit(130));
    if (measured.rows.length > 0)
      await report([...measured.notes.lines(), "Stopped: this is what was measured by then."]);
    process.exit(130);
  };
  for (const signal of STOPS) process.once(signal, () => void stop());
  if ("run" in benchmark) {
    const { rows, notes, failed } = await benchmark.run(quick);
    measured.rows.push(...rows);
    await report(notes);
    if (failed) process.exitCode = 1;
  } else {
    await measure(benchmark, quick, images, measured);
    await report(measured.notes.lines());
  }
}

const STOPS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

try {
  await main();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
