import { digest, stableJson } from "@kwta/core";
import type { JobCommand } from "./job-options.ts";

/** What an evaluation attacks: the network of another job, a pretrained one, or what lies on this machine alone. */
export type JobModel =
  | { readonly trained: string }
  | { readonly pretrained: string }
  | {
      readonly here: string;
      /** Of its files, so that other weights at the same place are another job. */
      readonly digest: string;
    };

/** What a machine must have for a job. */
export interface JobNeeds {
  /** Memory in GiB. */
  readonly memory: number;
  readonly gpu: boolean;
}

/** One command line of kwta, as data. */
export interface Job {
  /** A digest of all that its result depends on: the same job has the same id in each sweep, on each machine. */
  readonly id: string;
  readonly command: JobCommand;
  /** Texts of options, by name: see `JOB_OPTIONS`. */
  readonly options: Readonly<Record<string, string>>;
  /** What is evaluated; left out of trainings. */
  readonly model?: JobModel;
  /** Ids of evaluations of ranges of the samples, whose work this one takes over. */
  readonly parts?: readonly string[];
  readonly backend: string;
  readonly needs: JobNeeds;
}

/** A job with its id. */
export async function makeJob(job: Omit<Job, "id">): Promise<Job> {
  return { id: await jobId(job), ...job };
}

/** The id of a job: 20 hexadecimal digits. What a machine must have changes no result, and is no part of it. */
export async function jobId({ command, options, model, parts, backend }: Omit<Job, "id">): Promise<string> {
  return (await digest(stableJson({ command, options, model, parts, backend }))).slice(0, 20);
}

/** Matches every `jobId`. */
export const JOB_ID: RegExp = /^[0-9a-f]{20}$/;

/** The ids of the jobs that must be done first. */
export function neededJobs({ model, parts = [] }: Job): readonly string[] {
  return model !== undefined && "trained" in model ? [model.trained, ...parts] : parts;
}
