// @ts-check
// npm run faults [-- SCENARIO...] [--every N] [--from N]
//
// Runs each command again and again. Each time one of its file operations meets a fault: the process is killed before it, or
// the system answers with an error; or it is killed at some moment, and again where it goes on. Then the command goes on
// without a fault. In the end all files must be those of a run that
// was not disturbed, byte for byte, nothing may be left over, and each fault must have been told in a sentence.
import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { keyedRandom } from "@kwta/core";
import { SCENARIOS } from "./scenarios.mjs";
import { sweepFaults } from "./sweep.mjs";

/** @typedef {import("./scenarios.mjs").Scenario} Scenario */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    every: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    without: { type: "string", multiple: true, default: [] },
  },
});
const every = Number(values.every);
/** Disturbed runs of a command that is killed at moments, and kills of each. */
const [MOMENTS, KILLS] = [12, 3];
const INJECT = fileURLToPath(new URL("inject.mjs", import.meta.url));
const root = await mkdtemp(join(tmpdir(), "kwta-faults-"));

/**
 * @param {Scenario} scenario
 * @param {string} folder
 * @param {Record<string, string>} [fault]
 * @param {number} [killAfter] milliseconds
 * @returns {Promise<{ code: number | string, stderr: string }>}
 */
function run(scenario, folder, fault = {}, killAfter) {
  const place = join(folder, scenario.inside ?? ".");
  const env = { ...process.env, CI: "true", KWTA_BACKEND: "", KWTA_DATA_DIR: "", KWTA_FAULT_FOLDER: place, ...fault };
  return new Promise((done) => {
    const child = spawn(process.execPath, ["--import", INJECT, ...scenario.command(folder)], { env, cwd: root });
    let stderr = "";
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
    child.stdout.resume();
    child.stderr.on("data", (/** @type {Buffer} */ data) => (stderr += data.toString()));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done({ code: signal ?? code ?? -1, stderr });
    });
  });
}

/** The setup gives each build a name of its own. */
const ADDONS = /(addons-[\w-]+-napi\d+)-[0-9a-f]{8}/g;

/** Every file by its path. What tells how often a run was gone on with is none of its results. @param {string} folder */
async function snapshot(folder, /** @type {RegExp | undefined} */ varies) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  /** @type {Map<string, string>} */
  const files = new Map();
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name)).replace(ADDONS, "$1");
    if (!entry.isFile() || varies?.test(path)) continue;
    const text = (await readFile(join(entry.parentPath, entry.name))).toString("latin1");
    files.set(path, text.replaceAll(folder, "FOLDER").replaceAll(ADDONS, "$1"));
    if (entry.name !== "run.json") continue;
    const content = JSON.parse(text);
    files.set(path, JSON.stringify({ ...content, computedBy: content.computedBy[0] }));
  }
  return files;
}

/** @param {Map<string, string>} found @param {Map<string, string>} expected */
function differences(found, expected) {
  const names = new Set([...found.keys(), ...expected.keys()]);
  return [...names].flatMap((name) => {
    if (!expected.has(name)) return [`${name} was left over`];
    if (!found.has(name)) return [`${name} is missing`];
    return found.get(name) === expected.get(name) ? [] : [`${name} differs`];
  });
}

/** What an operation can meet, besides a kill. @param {string} operation @param {number} i */
function errorFor(operation, i) {
  const reads = /^(access|lstat|opendir|readdir|readFile|realpath|stat|handle.read)/.test(operation);
  const kinds = reads ? ["EIO", "EACCES"] : ["ENOSPC", "EIO", "EACCES"];
  return /** @type {string} */ (kinds[i % kinds.length]);
}

const finished = (/** @type {string} */ name) => join(root, name, "finished");

/** @param {Scenario} scenario */
async function prepareIn(scenario, /** @type {string} */ folder) {
  await mkdir(folder, { recursive: true });
  await scenario.prepare?.(folder, finished);
}

/**
 * @param {Scenario} scenario
 * @returns {Promise<{ trials: number, failures: string[] }>}
 */
async function tryAll(scenario) {
  const whole = finished(scenario.name);
  await prepareIn(scenario, whole);
  const log = join(root, `${scenario.name}.log`);
  const start = performance.now();
  const undisturbed = await run(scenario, whole, { KWTA_FAULT_LOG: log });
  const duration = performance.now() - start;
  if (undisturbed.code !== 0) throw new Error(`${scenario.name} fails without a fault: ${undisturbed.stderr}`);
  const expected = await snapshot(whole, scenario.varies);
  const isTried = (/** @type {number} */ i) => i % every === Number(values.from) % every;
  const operations = (await readFile(log, "utf8")).split("\n");
  const faults =
    scenario.atMoments === true
      ? Array.from({ length: MOMENTS }, (_, i) => ({ operation: "", i, kind: "kill", duration })).filter(({ i }) =>
          isTried(i),
        )
      : operations.flatMap((operation, i) => {
          if (!isTried(i)) return [];
          const kinds = scenario.killsAlone === true ? ["kill"] : ["kill", errorFor(operation, i)];
          return kinds.map((kind) => ({ operation, i, kind, duration: undefined }));
        });
  /** @type {string[]} */
  const failures = [];
  const trials = faults.length;
  const work = async () => {
    for (let fault = faults.shift(); fault; fault = faults.shift()) {
      const problems = await tryOne(scenario, fault, expected);
      failures.push(
        ...problems.map((problem) => `${scenario.name}, ${fault?.kind} ${fault?.i} ${fault?.operation}: ${problem}`),
      );
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return { trials, failures };
}

/**
 * @param {Scenario} scenario
 * @param {{ i: number, kind: string, duration: number | undefined }} fault the duration where it is killed at moments within it
 * @param {Map<string, string>} expected
 */
async function tryOne(scenario, { i, kind, duration }, expected) {
  const folder = join(root, `${scenario.name}-${i}-${kind}`);
  await prepareIn(scenario, folder);
  /** @type {string[]} */
  const problems = [];
  const first =
    duration === undefined
      ? await run(scenario, folder, { KWTA_FAULT_AT: String(i), KWTA_FAULT_KIND: kind })
      : await killRepeatedly(scenario, folder, (n) => duration * keyedRandom(i, "moments", scenario.name).at(n));
  const told = kind === "kill" ? first.code === "SIGKILL" || first.code === 0 : first.code === 2 || first.code === 0;
  if (!told || /fault of kwta|^\s+at /m.test(first.stderr)) {
    problems.push(`it ended with ${first.code} and said: ${first.stderr.trim().slice(-600)}`);
  }
  const second = await run(scenario, folder);
  if (second.code !== 0) problems.push(`it cannot go on (${second.code}): ${second.stderr.trim().slice(-600)}`);
  else problems.push(...differences(await snapshot(folder, scenario.varies), expected));
  await rm(folder, { recursive: true });
  return problems;
}

/**
 * Starts it some times, and kills it each time after the next delay.
 *
 * @param {Scenario} scenario
 * @param {string} folder
 * @param {(n: number) => number} delay
 */
async function killRepeatedly(scenario, folder, delay) {
  for (let n = 0; ; n++) {
    const end = await run(scenario, folder, {}, delay(n));
    if (end.code !== "SIGKILL" || n + 1 === KILLS) return end;
  }
}

/** Not one command and its files, but several machines. */
const SWEEP = "sweep";
const names = [...SCENARIOS.map(({ name }) => name), SWEEP];
const unknown = [...positionals, ...values.without].find((name) => !names.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`There is no ${unknown}. There are: ${names.join(", ")}.\n`);
  process.exit(2);
}
const named = positionals.length === 0 ? names : positionals;
const chosen = new Set(named.filter((name) => !values.without.includes(name)));
let failed = 0;
try {
  if (chosen.delete(SWEEP)) await trySweep();
  for (const scenario of chosen.size === 0 ? [] : SCENARIOS) {
    const isChosen = chosen.has(scenario.name);
    // Others go on from the folder of a training.
    if (!isChosen && scenario.name !== "train") continue;
    const start = performance.now();
    const { trials, failures } = isChosen ? await tryAll(scenario) : await finish(scenario);
    if (isChosen) tell(scenario.name, trials, failures, start);
  }
} finally {
  await rm(root, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/** @param {string} name @param {number} trials @param {readonly string[]} failures @param {number} start */
function tell(name, trials, failures, start) {
  failed += failures.length;
  for (const failure of failures.slice(0, 20)) process.stdout.write(`${failure}\n`);
  const seconds = Math.round((performance.now() - start) / 1000);
  process.stdout.write(`${name}: ${trials} faults, ${failures.length} failures, ${seconds} s\n`);
}

async function trySweep() {
  if (spawnSync("redis-server", ["--version"]).status !== 0) {
    process.stdout.write("sweep: skipped, needs redis-server (Debian: apt-get install redis-server)\n");
    return;
  }
  const start = performance.now();
  const { trials, failures } = await sweepFaults(join(root, SWEEP));
  tell(SWEEP, trials, failures, start);
}

/** @param {Scenario} scenario @returns {Promise<{ trials: number, failures: string[] }>} */
async function finish(scenario) {
  await prepareIn(scenario, finished(scenario.name));
  await run(scenario, finished(scenario.name));
  return { trials: 0, failures: [] };
}
