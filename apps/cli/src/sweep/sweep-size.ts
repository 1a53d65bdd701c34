import { InputError } from "@kwta/core";
import type { Job } from "@kwta/sweep";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { formatDuration } from "../progress-line.ts";
import type { SweepEstimate } from "./estimate.ts";
import { KWTA } from "./program.ts";

/** `28 jobs: 4 train, 24 evaluate. About 12 min of one worker at most (...).` */
export function sizeText(jobs: readonly Job[], { seconds, from }: SweepEstimate, workers: number | undefined): string {
  const counts = new Map<string, number>();
  for (const { command } of jobs) counts.set(command, (counts.get(command) ?? 0) + 1);
  const size = `${jobs.length} jobs: ${[...counts].map(([command, count]) => `${count} ${command}`).join(", ")}.`;
  if (seconds === undefined) return `${size} How long they take is not known: ${from}.`;
  const shared =
    workers === undefined || workers === 1 ? "" : `, ${formatDuration((1000 * seconds) / workers)} on ${workers}`;
  return `${size} At most about ${formatDuration(1000 * seconds)} of one worker${shared} (${from}).`;
}

/** The estimate of `--dry-run`, made in a process of its own, so that this one holds no backend while the jobs need the memory. */
export async function estimateElsewhere(file: string, signal: AbortSignal): Promise<SweepEstimate> {
  const [command, ...before] = KWTA;
  try {
    const words = [...before, "sweep", file, "--dry-run", "--json"];
    const { stdout } = await promisify(execFile)(command, words, { maxBuffer: MOST_BYTES, signal });
    return (JSON.parse(stdout) as { readonly estimate: SweepEstimate }).estimate;
  } catch (error) {
    return { from: error instanceof InputError ? error.message : "it could not be measured" };
  }
}

const MOST_BYTES = 2 ** 28;
