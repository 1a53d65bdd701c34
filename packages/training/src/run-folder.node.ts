import { InputError, show } from "@kwta/core";
import { prepareFolder, readInput, readJson, writeFileAtomic, writeJson } from "@kwta/core/node";
import { appendFileSync, existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from "./checkpoint.ts";
import type { EpochMetrics, StepMetrics } from "./train.ts";

/**
 * The folder of one run: `run.json` (every setting), `metrics.jsonl` (a line a step, a line an epoch), `checkpoints/`
 * (the newest).
 */
export interface RunFolder {
  readonly path: string;
  /** What `run.json` holds. */
  readonly settings: unknown;
  /** The newest checkpoint, or undefined before the first. */
  readonly checkpoint: Checkpoint | undefined;
  saveMetrics(metrics: StepMetrics | EpochMetrics): void;
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  readMetrics(): Promise<(StepMetrics | EpochMetrics)[]>;
}

/**
 * Begins a run in an empty or new folder.
 *
 * @param settings goes to `run.json`
 * @throws InputError when the folder already holds a run, or cannot be written
 */
export async function createRunFolder(path: string, settings: unknown): Promise<RunFolder> {
  if (existsSync(join(path, "run.json"))) {
    throw new InputError(
      `The folder ${show(path)} already holds a run. Continue it with --resume, or name another folder with --out.`,
    );
  }
  await prepareFolder(path);
  await writeJson(join(path, "run.json"), settings);
  return runFolder(path, settings, undefined);
}

/**
 * Opens the folder of a run. Metrics that a resumed training will make again are dropped.
 *
 * @throws InputError when it holds no run, or a damaged one
 */
export async function openRunFolder(path: string): Promise<RunFolder> {
  if (!existsSync(join(path, "run.json"))) {
    throw new InputError(`There is no run in ${show(path)}: it has no run.json. Name the folder that --out named.`);
  }
  const settings = await readJson(join(path, "run.json"));
  const file = await newestCheckpoint(path);
  const checkpoint = file === undefined ? undefined : decodeCheckpoint(await readInput(file), show(file));
  const run = runFolder(path, settings, checkpoint);
  const from = checkpoint?.step ?? 0;
  const kept = (await run.readMetrics()).filter(({ kind, step }) => (kind === "step" ? step <= from : step < from));
  await writeFileAtomic(join(path, METRICS), kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return run;
}

const METRICS = "metrics.jsonl";
const CHECKPOINTS = "checkpoints";

function runFolder(path: string, settings: unknown, checkpoint: Checkpoint | undefined): RunFolder {
  return {
    path,
    settings,
    checkpoint,
    saveMetrics: (metrics) => appendFileSync(join(path, METRICS), `${JSON.stringify(metrics)}\n`),
    async saveCheckpoint(newest) {
      const name = `step-${String(newest.step).padStart(7, "0")}.safetensors`;
      const older = await checkpointNames(path);
      await writeFileAtomic(join(path, CHECKPOINTS, name), encodeCheckpoint(newest));
      for (const old of older) if (old !== name) await rm(join(path, CHECKPOINTS, old));
    },
    async readMetrics() {
      if (!existsSync(join(path, METRICS))) return [];
      const lines = (await readFile(join(path, METRICS), "utf8")).split("\n");
      return lines.flatMap(parseMetrics);
    },
  };
}

/** A line that was being written when the machine stopped is no line. */
function parseMetrics(line: string): (StepMetrics | EpochMetrics)[] {
  try {
    return [JSON.parse(line) as StepMetrics | EpochMetrics];
  } catch {
    return [];
  }
}

async function checkpointNames(path: string): Promise<string[]> {
  if (!existsSync(join(path, CHECKPOINTS))) return [];
  return (await readdir(join(path, CHECKPOINTS))).filter((name) => /^step-\d+\.safetensors$/.test(name)).sort();
}

async function newestCheckpoint(path: string): Promise<string | undefined> {
  const newest = (await checkpointNames(path)).at(-1);
  return newest === undefined ? undefined : join(path, CHECKPOINTS, newest);
}
