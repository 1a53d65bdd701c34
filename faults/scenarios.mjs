// @ts-check
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cp, mkdir, writeFile } from "node:fs/promises";

const program = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const KWTA = program("../apps/cli/bin/kwta.mjs");
const WASM = ["--backend", "wasm:threads=1"];
const NET = ["--model", "small-cnn-w4", "--subset", "60", "--epochs", "1"];

/** Trainings that keep something of each kind from step to step. */
const TRAININGS = {
  adversarial: "--model small-cnn-w4@kwta:0.2,boost=1.5 --method adversarial:steps=3 --awp 0.01 --ema 0.9",
  trades:
    "--model small-cnn-w4@kwta:0.2 --method trades:steps=3 --optimizer adamw --mixup 0.4 --validate-eps 0.1 --validate pgd:steps=3 --validate-samples 20",
  mart: "--model small-cnn-w4@batch-top-k:0.2 --method mart:steps=3 --accumulate 2 --clip 1",
  free: "--model small-cnn-w4@relu --method free:replays=3 --cutmix 1 --batch-size 20",
  fast: "--model small-cnn-w4@mean-sparse:0.3 --method fast --on-divergence roll-back --optimizer adam",
};

/**
 * A command at work in a folder.
 *
 * @typedef {object} Scenario
 * @property {string} name
 * @property {(folder: string, finished: (name: string) => string) => Promise<void>} [prepare] puts there what it needs, also
 *   from the folder of a scenario that was finished before
 * @property {string} [inside] the part of the folder whose file operations meet faults; all of it where left out
 * @property {boolean} [atMoments] whether it is killed at moments of its run, wherever it is then, and not at file operations
 * @property {boolean} [killsAlone] whether it is killed, and meets no other fault
 * @property {RegExp} [varies] paths of files that may be others after a kill: what is no result
 * @property {(folder: string) => string[]} command what `node` runs: at first, and to go on
 */

/** @type {readonly Scenario[]} */
export const SCENARIOS = [
  {
    name: "train",
    command: (folder) => {
      const out = join(folder, "run");
      if (existsSync(join(out, "run.json"))) return [KWTA, "train", ...WASM, "--resume", out];
      const method = "incremental:from=0.3,by=0.1,every=1,to=0.2";
      const settings = ["--model", "small-cnn-w4@kwta:0.3", "--method", method, "--epochs", "2"];
      return [KWTA, "train", ...WASM, ...NET, ...settings, "--out", out];
    },
  },
  ...Object.entries(TRAININGS).map(
    ([name, settings]) =>
      /** @type {Scenario} */ ({
        name: `train-${name}`,
        atMoments: true,
        command: (folder) => {
          const out = join(folder, "run");
          if (existsSync(join(out, "run.json"))) return [KWTA, "train", ...WASM, "--resume", out];
          return [KWTA, "train", ...WASM, ...NET, "--epochs", "3", ...settings.split(" "), "--out", out];
        },
      }),
  ),
  {
    name: "evaluate",
    prepare: (folder, finished) => cp(finished("train"), folder, { recursive: true }),
    command: (folder) => {
      const attacks = ["--protocol", "quick:steps=2", "--eps", "0.1,0.2", "--samples", "4"];
      return [KWTA, "evaluate", join(folder, "run"), ...WASM, ...attacks];
    },
  },
  {
    name: "evaluate-workers",
    prepare: (folder, finished) => cp(finished("train"), folder, { recursive: true }),
    killsAlone: true,
    // How what is left is cut into parts depends on what there is.
    varies: /\/parts\//,
    command: (folder) => {
      const attacks = ["--protocol", "quick:steps=2", "--eps", "0.1,0.2", "--samples", "6", "--batch-size", "2"];
      return [KWTA, "evaluate", join(folder, "run"), ...WASM, ...attacks, "--workers", "2"];
    },
  },
  {
    name: "quickstart",
    command: (folder) => {
      const out = join(folder, "quickstart");
      if (existsSync(join(out, "quickstart.json"))) return [KWTA, "quickstart", ...WASM, "--resume", out];
      return [KWTA, "quickstart", ...WASM, ...NET, "--gamma", "0.3", "--samples", "2", "--out", out];
    },
  },
  {
    name: "figure",
    prepare: (folder, finished) => cp(finished("train"), folder, { recursive: true }),
    command: (folder) => {
      const [run, out] = [join(folder, "run"), join(folder, "figures")];
      return [KWTA, "figure", "3", ...WASM, "--from", run, "--out", out];
    },
  },
  { name: "download", command: (folder) => [program("download.mjs"), folder] },
  {
    name: "setup",
    inside: "cache",
    prepare: async (folder) => {
      const packages = { "@tensorflow/tfjs-node": "4.22.0", "node-api-headers": "1.9.0" };
      for (const [name, version] of Object.entries(packages)) {
        const at = join(folder, "application/node_modules", name);
        await mkdir(at, { recursive: true });
        await writeFile(join(at, "package.json"), JSON.stringify({ name, version }));
      }
      const library = join(folder, "library");
      await mkdir(join(library, "include/tensorflow/c"), { recursive: true });
      await writeFile(join(library, "include/tensorflow/c/c_api.h"), "header");
      for (const name of ["cc", "framework"]) await writeFile(join(library, `libtensorflow_${name}.so.2`), name);
    },
    command: (folder) => [program("setup.mjs"), folder],
  },
];
