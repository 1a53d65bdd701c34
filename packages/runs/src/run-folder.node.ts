import {
  decodeSafetensors,
  encodeSafetensors,
  InputError,
  prepareFolder,
  parseJson,
  readInput,
  readJson,
  show,
  writeFileAtomic,
  writeJson,
  type NamedTensor,
} from "@kwta/core";
import { appendFileSync, existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { decodeCheckpoint, encodeCheckpoint, type BestEpoch, type Checkpoint, type Metrics } from "@kwta/training";
import { checkRunFile, type RunFile } from "./run-file.ts";

/**
 * The folder of one run: `run.json` (every setting), `metrics.jsonl` (a line a step, a line an epoch), `checkpoints/` (the
 * newest two, the weights of the best epoch, `best.safetensors`, and of an incremental training those of each sparsity ratio,
 * `gamma-0.195.safetensors`).
 */
export interface RunFolder {
  readonly path: string;
  readonly file: RunFile;
  /** The newest checkpoint that is whole, or undefined before the first. */
  readonly checkpoint: Checkpoint | undefined;
  /** What a person should know, such as a checkpoint that was damaged. */
  readonly notes: readonly string[];
  saveMetrics(metrics: Metrics): void;
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /** Keeps the weights at the end of the time at a sparsity ratio; {@link readGammaWeights} reads them. */
  saveGammaWeights(gamma: number, weights: ReadonlyMap<string, NamedTensor>): Promise<void>;
  /** Keeps the weights of the best epoch so far. */
  saveBest(best: BestEpoch, weights: ReadonlyMap<string, NamedTensor>): Promise<void>;
  readMetrics(): Promise<Metrics[]>;
}

/**
 * Begins a run in an empty or new folder.
 *
 * @param file goes to `run.json`
 * @throws InputError when the folder already holds a run, or cannot be written
 */
export async function createRunFolder(path: string, file: RunFile): Promise<RunFolder> {
  if (existsSync(join(path, FILE))) {
    throw new InputError(
      `The folder ${show(path)} already holds a run. Continue it with --resume, or name another folder with --out.`,
    );
  }
  await prepareFolder(path);
  await writeJson(join(path, FILE), file);
  return runFolder(path, file, undefined, []);
}

/**
 * Opens the folder of a run. Metrics that a resumed training will make again are dropped, and older checkpoints that a
 * process left that was killed. A checkpoint that is damaged is dropped for the one before.
 *
 * @throws InputError when it holds no run, or a damaged one
 */
export async function openRunFolder(path: string): Promise<RunFolder> {
  const file = await readRunFile(path);
  const notes: string[] = [];
  const checkpoint = await newestCheckpoint(path, notes);
  await removeOlder(path);
  const run = runFolder(path, file, checkpoint, notes);
  // Of a complete run nothing is made again.
  if (hasModel(path)) return run;
  const from = checkpoint?.step ?? 0;
  const kept = (await run.readMetrics()).filter(({ kind, step }) => (kind === "step" ? step <= from : step < from));
  await writeFileAtomic(join(path, METRICS), kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return run;
}

/**
 * What `run.json` of a run holds.
 *
 * @param path the run's folder
 * @throws InputError when there is none, or a damaged one
 */
export async function readRunFile(path: string): Promise<RunFile> {
  const file = join(path, FILE);
  if (!existsSync(file)) {
    throw new InputError(
      `There is no run in ${show(path)}: it has no ${FILE}. Name the folder that kwta train or trainRun made.`,
    );
  }
  return checkRunFile(await readJson(file), show(file));
}

/** Whether the folder holds a run, complete or not. */
export function hasRun(path: string): boolean {
  return existsSync(join(path, FILE));
}

/** Whether the run in the folder is complete. */
export function hasModel(path: string): boolean {
  return existsSync(join(path, "model", "model.json"));
}

/**
 * The weights that a run kept of a sparsity ratio.
 *
 * @throws InputError that lists which it kept, or when the file is damaged
 */
export async function readGammaWeights(path: string, gamma: number): Promise<ReadonlyMap<string, NamedTensor>> {
  const file = gammaWeightsPath(path, gamma);
  if (existsSync(file)) return decodeSafetensors(await readInput(file), show(file)).tensors;
  const kept = await keptGammas(path);
  throw new InputError(
    `The run ${show(path)} kept no weights of gamma ${gamma}. ` +
      (kept.length > 0 ? `It kept those of ${kept.join(", ")}.` : "Only an incremental training keeps them."),
  );
}

/**
 * The weights of the best epoch of a run.
 *
 * @throws InputError when it kept none, or the file is damaged
 */
export async function readBestWeights(path: string): Promise<ReadonlyMap<string, NamedTensor>> {
  const file = bestWeightsPath(path);
  if (existsSync(file)) return decodeSafetensors(await readInput(file), show(file)).tensors;
  throw new InputError(`The run ${show(path)} kept no weights of its best epoch. Take those of its end.`);
}

function bestWeightsPath(path: string): string {
  return join(path, CHECKPOINTS, "best.safetensors");
}

/** Where a run keeps the weights of a sparsity ratio. */
export function gammaWeightsPath(path: string, gamma: number): string {
  return join(path, CHECKPOINTS, `gamma-${gamma}.safetensors`);
}

/** The sparsity ratios whose weights a run kept, rising; see {@link readGammaWeights}. */
export async function keptGammas(path: string): Promise<number[]> {
  const names = existsSync(join(path, CHECKPOINTS)) ? await readdir(join(path, CHECKPOINTS)) : [];
  return names
    .flatMap((name) => /^gamma-(.+)\.safetensors$/.exec(name)?.slice(1).map(Number) ?? [])
    .sort((a, b) => a - b);
}

const FILE = "run.json";
const METRICS = "metrics.jsonl";
const CHECKPOINTS = "checkpoints";
const KINDS: ReadonlySet<unknown> = new Set<Metrics["kind"]>(["step", "epoch", "divergence"]);
/** Bytes of the metrics of millions of steps. */
const MOST_METRICS = 2 ** 28;

function runFolder(
  path: string,
  file: RunFile,
  checkpoint: Checkpoint | undefined,
  notes: readonly string[],
): RunFolder {
  return {
    path,
    file,
    checkpoint,
    notes,
    saveMetrics: (metrics) => appendFileSync(join(path, METRICS), `${JSON.stringify(metrics)}\n`),
    async saveCheckpoint(newest) {
      const name = `step-${String(newest.step).padStart(7, "0")}.safetensors`;
      await writeFileAtomic(join(path, CHECKPOINTS, name), await encodeCheckpoint(newest));
      await removeOlder(path);
    },
    async saveGammaWeights(gamma, weights) {
      const bytes = encodeSafetensors({
        tensors: weights,
        metadata: { format: "kwta-weights@1", gamma: String(gamma) },
      });
      await writeFileAtomic(gammaWeightsPath(path, gamma), bytes);
    },
    async saveBest({ epoch, measure, value }, weights) {
      const metadata = { format: "kwta-weights@1", epoch: String(epoch), [measure]: String(value) };
      await writeFileAtomic(bestWeightsPath(path), encodeSafetensors({ tensors: weights, metadata }));
    },
    readMetrics: () => readMetrics(path),
  };
}

/**
 * The lines of `metrics.jsonl` of a run; none where it has made no step.
 *
 * @param path the run's folder
 */
export async function readMetrics(path: string): Promise<Metrics[]> {
  if (!existsSync(join(path, METRICS))) return [];
  const lines = new TextDecoder().decode(await readInput(join(path, METRICS), { most: MOST_METRICS })).split("\n");
  return lines.flatMap(parseMetrics);
}

/** A line that was being written when the machine stopped, or that is damaged, is no line. */
function parseMetrics(line: string): Metrics[] {
  let metrics: Partial<Metrics> | null;
  try {
    metrics = parseJson(line, METRICS) as typeof metrics;
  } catch {
    return [];
  }
  const isWhole = KINDS.has(metrics?.kind) && Number.isSafeInteger(metrics?.step);
  return isWhole ? [metrics as Metrics] : [];
}

async function checkpointNames(path: string): Promise<string[]> {
  if (!existsSync(join(path, CHECKPOINTS))) return [];
  return (await readdir(join(path, CHECKPOINTS))).filter((name) => /^step-\d+\.safetensors$/.test(name)).sort();
}

async function newestCheckpoint(path: string, notes: string[]): Promise<Checkpoint | undefined> {
  const names = await checkpointNames(path);
  for (let i = names.length - 1; i >= 0; i--) {
    const file = join(path, CHECKPOINTS, names[i]!);
    try {
      return await decodeCheckpoint(await readInput(file), show(file));
    } catch (error) {
      if (i === 0) {
        throw new InputError(
          `${(error as Error).message} There is none before it. Begin again in another folder: ` +
            `kwta train --config ${join(path, FILE)}.`,
        );
      }
      notes.push(`${(error as Error).message} Going on from ${names[i - 1]}, the one before.`);
      await rm(file);
    }
  }
  return undefined;
}

/** Two are kept: what is damaged in the last moment of a machine is mostly the newest file. */
async function removeOlder(path: string): Promise<void> {
  for (const name of (await checkpointNames(path)).slice(0, -2)) await rm(join(path, CHECKPOINTS, name));
}
