// @ts-check
// The proof of sweeps over several machines: three workers as processes of kwta and a server of their own; workers are killed and
// stopped, the network is cut for longer than a lock lasts, the server is killed and comes back. Every result must be there once, and
// equal to that of the same sweep without a queue.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openNetwork } from "./network.mjs";

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

const KWTA = fileURLToPath(new URL("../apps/cli/bin/kwta.mjs", import.meta.url));
const PASSWORD = "secret";
/** Seconds: longer than a lock lasts. */
const CUT = 40;

const SWEEP = {
  train: [
    {
      recipe: "smoke",
      dataset: "glyphs28",
      model: "small-cnn-w4@kwta:0.2",
      subset: 400,
      epochs: 8,
      seed: [0, 1, 2, 3],
    },
    // Nobody has its images: a job that fails each time.
    { recipe: "smoke", dataset: "mnist", model: "small-cnn-w4@relu" },
  ],
  evaluate: { protocol: "quick:steps=5,estimateSamples=2", eps: "0.05,0.1", samples: 12, probes: 2 },
  split: 6,
};
/** Trainings, and evaluations of two ranges and of the whole of each. */
const GOOD = 4 * (1 + 3);

/**
 * @param {string} root an empty folder
 * @returns {Promise<{ trials: number, failures: string[] }>}
 */
export async function sweepFaults(root) {
  await mkdir(root, { recursive: true });
  const file = join(root, "sweep.json");
  await writeFile(file, JSON.stringify(SWEEP));
  const env = {
    ...process.env,
    KWTA_DATA_DIR: join(root, "no-data"),
    KWTA_CACHE_DIR: join(root, "no-cache"),
    KWTA_BACKEND: "",
  };
  /** @param {readonly string[]} words */
  const kwta = (words) => start(process.execPath, [KWTA, ...words], env);
  const alone = join(root, "alone");
  await kwta(["sweep", file, "--out", alone, "--workers", "2"]).end;
  const expected = resultsOf(alone);

  const port = 20_000 + Math.floor(10_000 * Math.random());
  const network = await openNetwork(port);
  console.log(`The network is cut by ${network.kind}.`);
  let server = await startServer(root, port);
  const queue = `redis://:${PASSWORD}@${network.address}`;
  const store = join(root, "store");
  /** @param {readonly string[]} words */
  const elsewhere = (words) => start(...network.from(process.execPath, [KWTA, ...words]), env);
  const worker = () => elsewhere(["worker", "--queue", queue, "--store", store]);
  const workers = [worker(), worker(), worker()];
  const out = join(root, "queued");
  const swept = elsewhere(["sweep", file, "--out", out, "--store", store, "--queue", queue]);
  try {
    await until(() => running(out) >= 2, "two jobs run");
    workers[0]?.child.kill("SIGKILL");
    workers.push(worker());
    await until(() => resultsOf(out).length >= 1, "the first result");
    network.cut();
    await sleep(1000 * CUT);
    network.mend();
    await until(() => resultsOf(out).length >= 3, "the third result");
    server.child.kill("SIGKILL");
    await server.end;
    await sleep(2000);
    server = await startServer(root, port);
    workers[1]?.child.kill("SIGTERM");
    workers.push(worker());
    const { code, said } = await swept.end;
    return { trials: 5, failures: judge(code, said, expected, resultsOf(out)) };
  } finally {
    for (const { child } of [...workers, swept]) child.kill("SIGKILL");
    server.child.kill("SIGKILL");
    network.end();
  }
}

/**
 * @param {number | string} code @param {string} said @param {readonly Result[]} expected @param {readonly Result[]} found
 * @returns {string[]}
 */
function judge(code, said, expected, found) {
  const failures = [];
  if (code !== 3)
    failures.push(`sweep: it ended with ${code}, not with 3, though a job cannot be done: ${said.slice(-600)}`);
  if (expected.length !== GOOD)
    failures.push(`sweep: without a queue there are ${expected.length} results, not ${GOOD}`);
  if (new Set(found.map(({ id }) => id)).size !== found.length) failures.push("sweep: a result is there twice");
  const pair = (/** @type {readonly Result[]} */ results) =>
    JSON.stringify(results.map(({ id, digest }) => [id, digest]));
  if (pair(expected) !== pair(found))
    failures.push(`sweep: ${found.length} results on the queue are not those without it`);
  return failures;
}

/** @typedef {{ readonly id: string, readonly digest: string }} Result */

/** @param {string} folder @returns {Result[]} */
function resultsOf(folder) {
  try {
    const lines = readFileSync(join(folder, "results.jsonl"), "utf8").split("\n");
    return lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line));
  } catch {
    return [];
  }
}

/** @param {string} folder */
function running(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, "status.json"), "utf8")).running.length;
  } catch {
    return 0;
  }
}

/** @param {() => boolean} isSo @param {string} what */
async function until(isSo, what) {
  const started = performance.now();
  while (!isSo()) {
    if (performance.now() - started > 300_000)
      throw new Error(`sweep: five minutes have passed without this: ${what}.`);
    await sleep(200);
  }
}

/**
 * @param {string} command @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env]
 * @returns {{ child: ChildProcess, end: Promise<{ code: number | string, said: string }> }}
 */
function start(command, args, env = process.env) {
  const child = spawn(command, args, { env });
  let said = "";
  child.stdout.resume();
  child.stderr.on("data", (/** @type {Buffer} */ data) => (said += data.toString()));
  return {
    child,
    end: new Promise((done) => {
      child.on("error", ({ message }) => done({ code: message, said }));
      child.on("close", (code, signal) => done({ code: signal ?? code ?? -1, said }));
    }),
  };
}

/** @param {string} root @param {number} port */
async function startServer(root, port) {
  const folder = join(root, "redis");
  await mkdir(folder, { recursive: true });
  const args = [
    "--port",
    `${port}`,
    "--dir",
    folder,
    "--requirepass",
    PASSWORD,
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
  ];
  const { child, end } = start("redis-server", args);
  await sleep(1000);
  return { child, end };
}
