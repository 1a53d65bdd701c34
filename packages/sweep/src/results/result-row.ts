import type { Job } from "../jobs/job.ts";
import type { JobResult } from "./job-result.ts";

/** The table of a sweep: a line of JSON for each result. */
export const RESULTS_FILE = "results.jsonl";

/** A line of `results.jsonl`: a result, with the settings that it belongs to. */
export interface ResultRow extends JobResult {
  /** The options of the job. */
  readonly settings: Readonly<Record<string, string>>;
  /** Of an evaluation of a training of the sweep: the options of that training. */
  readonly training?: Readonly<Record<string, string>>;
  /** Of an evaluation of another model: its name. */
  readonly model?: string;
}

/** @param jobs those of the sweep, by id */
export function resultRow(job: Job, result: JobResult, jobs: ReadonlyMap<string, Job>): ResultRow {
  const { options: settings, model } = job;
  if (model === undefined) return { ...result, settings };
  if ("trained" in model) {
    const training = jobs.get(model.trained)?.options;
    return { ...result, settings, ...(training !== undefined && { training }) };
  }
  return { ...result, settings, model: "pretrained" in model ? `pretrained:${model.pretrained}` : model.here };
}
