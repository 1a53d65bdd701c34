import { isObject, InputError, show } from "@kwta/core";
import type { JobCommand } from "../jobs/job-options.ts";
import { JOB_ID } from "../jobs/job.ts";

/** The schema of a result. */
export const RESULT_SCHEMA = "kwta-result@1";

/** A share of samples with its 95 % confidence interval, as `@kwta/evaluation` has it. */
export interface ResultRate {
  readonly value: number;
  readonly count: number;
  readonly n: number;
  readonly low: number;
  readonly high: number;
}

/** The robust accuracy at one eps. */
export interface ResultAtEps {
  readonly eps: number;
  readonly accuracy: ResultRate;
  /** Whether a red flag says that the number is not to be believed. */
  readonly flagged: boolean;
  /** Whether all attacks were run to their end. */
  readonly complete: boolean;
}

/** What has become of a job: one line of `results.jsonl`. */
export interface JobResult {
  readonly schema: typeof RESULT_SCHEMA;
  /** Of the job. */
  readonly id: string;
  readonly command: JobCommand;
  /** Of all numbers, weights included: equal for equal results, whoever computed them and however long it took. */
  readonly digest: string;
  /** Of a training: on test images. */
  readonly testAccuracy?: number;
  /** Of an evaluation. */
  readonly clean?: ResultRate;
  /** Of an evaluation: at each eps, rising. */
  readonly robust?: readonly ResultAtEps[];
  /** Of the process that came to the end; what others did before is not counted. */
  readonly seconds: number;
  /** What the numbers depend on besides: the backend with its options, versions. */
  readonly environment: Readonly<Record<string, unknown>>;
}

/**
 * Checks a result from a file.
 *
 * @throws InputError when it is none of this job
 */
export function checkResult(value: unknown, id: string, source: string): JobResult {
  const result = (isObject(value) ? value : {}) as Partial<JobResult>;
  const { robust = [], clean, testAccuracy = 0 } = result;
  const isWhole =
    result.schema === RESULT_SCHEMA &&
    JOB_ID.test(id) &&
    result.id === id &&
    (result.command === "train" || result.command === "evaluate") &&
    typeof result.digest === "string" &&
    typeof result.seconds === "number" &&
    (typeof testAccuracy === "number" || testAccuracy === null) &&
    isObject(result.environment) &&
    (clean === undefined || isRate(clean)) &&
    Array.isArray(robust) &&
    robust.every((each: unknown) => isObject(each) && typeof each["eps"] === "number" && isRate(each["accuracy"]));
  if (isWhole) return result as JobResult;
  throw new InputError(`${source} holds ${show(value)}, which is not the result of the job ${id}. Remove the file.`);
}

function isRate(value: unknown): value is ResultRate {
  return isObject(value) && typeof value["value"] === "number" && typeof value["n"] === "number";
}
