import { keyedRandom, readJson, writeJson } from "@kwta/core";
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, defaultServerConditions } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kwta-killed-"));
  // Where the program looks for its version.
  await writeJson(join(folder, "package.json"), { version: "0.0.0" });
  const conditions = ["@kwta/source", ...defaultServerConditions];
  await build({
    configFile: false,
    logLevel: "silent",
    ssr: { noExternal: true, resolve: { conditions } },
    resolve: { conditions },
    build: {
      ssr: fileURLToPath(new URL("_evaluate.ts", import.meta.url)),
      outDir: join(folder, "program"),
      target: "node20",
      rollupOptions: { output: { entryFileNames: "evaluate.mjs", banner: COMMON_JS } },
    },
  });
}, 120_000);

/** What TensorFlow.js's own wasm backend asks for. */
const COMMON_JS = "const [__dirname, __filename] = [import.meta.dirname, import.meta.filename];";

afterAll(() => rm(folder, { recursive: true }));

/** Runs the program, kills it after so many of its steps, and tells how many it made; -1 where it came to its end. */
function evaluateInto(path: string, killAfter = Infinity): Promise<{ steps: number; isKilled: boolean }> {
  const child = spawn(process.execPath, [join(folder, "program", "evaluate.mjs"), path], {
    stdio: ["ignore", "pipe", "pipe"],
    // What it looks for by name lies with the package.
    env: { ...process.env, NODE_PATH: fileURLToPath(new URL("../node_modules", import.meta.url)) },
  });
  let steps = 0;
  let said = "";
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  child.stdout.on("data", (data: Buffer) => {
    steps += data.length;
    if (steps >= killAfter) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve({ steps, isKilled: signal === "SIGKILL" });
      else reject(new Error(said));
    });
  });
}

async function reportIn(path: string): Promise<unknown> {
  const [name] = await readdir(join(path, "evaluations"));
  const report = await readJson(join(path, "evaluations", name!, "report.json"));
  return JSON.parse(JSON.stringify(report, (key, value: unknown) => (key === "seconds" ? 0 : value)));
}

test(
  "killed at any point, an evaluation goes on, and its report is that of an undisturbed one",
  { timeout: 180_000 },
  async () => {
    const straight = join(folder, "straight");
    const { steps } = await evaluateInto(straight);
    expect(steps).toBeGreaterThan(50);
    const disturbed = join(folder, "disturbed");
    const random = keyedRandom(19, "kill");
    let made = 0;
    let kills = 0;
    for (let isKilled = true; isKilled;) {
      const run = await evaluateInto(disturbed, kills < 4 ? 1 + Math.floor(random.at(kills) * steps * 0.4) : Infinity);
      ({ isKilled } = run);
      made += run.steps;
      kills += Number(isKilled);
    }
    expect(kills).toBeGreaterThan(1);
    expect(await reportIn(disturbed)).toEqual(await reportIn(straight));
    // Little is done twice: what lay between a kill and the last state.
    expect(made).toBeLessThan(1.5 * steps);
    const left = await readdir(join(disturbed, "parts"));
    expect(left.filter((name) => !name.endsWith(".json"))).toEqual([]);
  },
);
