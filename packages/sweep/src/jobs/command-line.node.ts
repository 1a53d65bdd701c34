import { join } from "node:path";
import { optionWords } from "./job-options.ts";
import type { Job, JobModel } from "./job.ts";

/** Where a job works. */
export interface JobPlaces {
  /** The folder of a job, by its id. */
  folderOf(id: string): string;
  /** Whether the job was begun there before. */
  readonly isBegun: boolean;
  /** Whether data sets and pretrained networks that are missing are downloaded. */
  readonly download?: boolean | undefined;
}

/** The words after `kwta` that run a job. */
export function jobWords(job: Job, { folderOf, isBegun, download = false }: JobPlaces): string[] {
  const { command, model, parts = [], backend } = job;
  const options = Object.entries(job.options).flatMap(([name, value]) => optionWords(command, name, value));
  const how = [`--backend=${backend}`, ...(download ? ["--download"] : []), "--json"];
  const folder = folderOf(job.id);
  if (command === "train") {
    return isBegun ? ["train", `--resume=${folder}`, ...how] : ["train", `--out=${folder}`, ...options, ...how];
  }
  const taken = parts.map((id) => `--parts=${join(folderOf(id), "parts")}`);
  return ["evaluate", modelWord(model!, folderOf), `--out=${folder}`, ...options, ...taken, ...how];
}

function modelWord(model: JobModel, folderOf: JobPlaces["folderOf"]): string {
  if ("trained" in model) return folderOf(model.trained);
  return "pretrained" in model ? `pretrained:${model.pretrained}` : model.here;
}
