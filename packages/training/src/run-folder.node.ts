import { decodeSafetensors, encodeSafetensors, InputError, show, type NamedTensor } from "@kwta/core";
import { prepareFolder, readInput, readJson, writeFileAtomic, writeJson } from "@kwta/core/node";
import { appendFileSync, existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from "./checkpoint.ts";
import type { EpochMetrics, StepMetrics } from "./metrics.ts";

/**
 * The folder of one run: `run.json` (every setting), `metrics.jsonl` (a line a step, a line an epoch), `checkpoints/` (the
 * newest, and of an incremental training the weights of each sparsity ratio, `gamma-0.195.safetensors`).
 */
export interface RunFolder {
  readonly path: string;
  /** What `run.json` holds. */
  readonly settings: unknown;
  /** The newest checkpoint, or undefined before the first. */
  readonly checkpoint: Checkpoint | undefined;
  saveMetrics(metrics: StepMetrics | EpochMetrics): void;
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /** Keeps the weights at the end of the time at a sparsity ratio; {@link readGammaWeights} reads them. */
  saveGammaWeights(gamma: number, weights: ReadonlyMap<string, NamedTensor>): Promise<void>;
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

/**
 * The weights that a run kept of a sparsity ratio.
 *
 * @throws InputError that lists which it kept, or when the file is damaged
 */
export async function readGammaWeights(path: string, gamma: number): Promise<ReadonlyMap<string, NamedTensor>> {
  const file = join(path, CHECKPOINTS, `gamma-${gamma}.safetensors`);
  if (existsSync(file)) return decodeSafetensors(await readInput(file), show(file)).tensors;
  const names = existsSync(join(path, CHECKPOINTS)) ? await readdir(join(path, CHECKPOINTS)) : [];
  const kept = names.flatMap((name) => /^gamma-(.+)\.safetensors$/.exec(name)?.[1] ?? []).sort();
  throw new InputError(
    `The run ${show(path)} kept no weights of gamma ${gamma}. ` +
      (kept.length > 0 ? `It kept those of ${kept.join(", ")}.` : "Only an incremental training keeps them."),
  );
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
    async saveGammaWeights(gamma, weights) {
      const bytes = encodeSafetensors({
        tensors: weights,
        metadata: { format: "kwta-weights@1", gamma: String(gamma) },
      });
      await writeFileAtomic(join(path, CHECKPOINTS, `gamma-${gamma}.safetensors`), bytes);
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
