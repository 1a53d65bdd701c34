import { InputError, isObject, parseJson, readInput, readJson, show } from "@kwta/core";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SweepDefinition } from "../definition/sweep-definition.ts";
import type { Job } from "../jobs/job.ts";
import { checkResult } from "../results/job-result.ts";
import { RESULTS_FILE, type ResultRow } from "../results/result-row.ts";
import type { SweepStatus } from "./sweep-status.ts";

/** What a sweep runs, with the jobs that it became. */
export const SWEEP_FILE = "sweep.json";
/** How it stands. */
export const STATUS_FILE = "status.json";

/** What `sweep.json` in the folder of a sweep holds. */
export interface SweepFile {
  readonly schema: "kwta-sweep-plan@1";
  readonly store: string;
  readonly definition: SweepDefinition;
  readonly jobs: readonly Job[];
}

/**
 * How a sweep stands.
 *
 * @param folder of the sweep
 * @throws InputError when there is none
 */
export async function readSweepStatus(folder: string): Promise<SweepStatus> {
  const file = join(folder, STATUS_FILE);
  if (!existsSync(file)) {
    throw new InputError(
      `There is no sweep in ${show(folder)}: it has no ${STATUS_FILE}. Name the folder of kwta sweep.`,
    );
  }
  const value = await readJson(file);
  const isOne = isObject(value) && value["schema"] === "kwta-sweep-status@1" && Array.isArray(value["running"]);
  if (isOne && Array.isArray(value["failed"])) return value as unknown as SweepStatus;
  throw new InputError(`${show(file)} is damaged. Start the sweep again: what is done is not done again.`);
}

/**
 * The table of a sweep, for figures and tables: what is there so far. A line that was just being written is none.
 *
 * @param folder of the sweep
 * @throws InputError when there is no table
 */
export async function readResults(folder: string): Promise<ResultRow[]> {
  const file = join(folder, RESULTS_FILE);
  if (!existsSync(file))
    throw new InputError(`There is no ${RESULTS_FILE} in ${show(folder)}. Name the folder of a sweep.`);
  const lines = new TextDecoder().decode(await readInput(file, { most: MOST_BYTES })).split("\n");
  return lines.flatMap((line) => {
    try {
      const row = parseJson(line, RESULTS_FILE) as ResultRow;
      return [checkResult(row, row.id, RESULTS_FILE) as ResultRow];
    } catch {
      return [];
    }
  });
}

const MOST_BYTES = 2 ** 29;
