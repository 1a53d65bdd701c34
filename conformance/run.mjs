// @ts-check
// Prints one JSON document; leaves with 0 when every test passed that is not a named exception and every operation is right, else with 1.
import { createRequire } from "node:module";
import { InputError } from "@kwta/core";
import { readArguments } from "./arguments.mjs";
import { bundle } from "./bundle.mjs";
import { judge, judgeOperations, runs } from "./judge.mjs";

async function main() {
  const start = performance.now();
  const { choice, only, asShipped, cases, seed } = readArguments(process.argv.slice(2));
  /** @type {typeof import("./suite.mjs")} */
  const { runOperations, runSuite } = createRequire(import.meta.url)(await bundle());
  // Some tests print, and TensorFlow.js warns of what they do wrong on purpose.
  for (const method of /** @type {const} */ (["log", "info", "warn", "error", "table"])) console[method] = () => {};
  const selects = (/** @type {string} */ name) => name.includes(only) && runs(name);
  const verdict = judge(await runSuite({ choice, asShipped, selects }), { asShipped, whole: only === "" });
  const operations = judgeOperations(await runOperations({ cases, seed, only }));
  // What TensorFlow.js's own backend gets wrong is no failure of this run.
  const good = verdict.good && (asShipped || operations.wrong.length === 0);
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  process.stdout.write(`${JSON.stringify({ ...verdict, operations, good, seconds }, null, 2)}\n`, () =>
    process.exit(good ? 0 : 1),
  );
}

try {
  await main();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
