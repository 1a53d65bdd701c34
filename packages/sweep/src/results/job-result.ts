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
  /** Positions of samples that some attack broke, those that are wrong without attack among them, rising. */
  readonly broken: readonly number[];
  /** Whether a red flag says that the number is not to be believed. */
  readonly flagged: boolean;
  /** Whether all attacks were run to their end. */
  readonly complete: boolean;
}

/** What one attack of an evaluation broke by itself. */
export interface ResultOfAttack {
  readonly id: string;
  readonly at: readonly { readonly eps: number; readonly broken: readonly number[] }[];
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
  /** Of an evaluation: positions of samples that are wrong without attack, so that networks can be compared in pairs. */
  readonly cleanErrors?: readonly number[];
  /** Of an evaluation: the worst case of all attacks, at each eps, rising. */
  readonly robust?: readonly ResultAtEps[];
  /** Of an evaluation: each attack alone. */
  readonly attacks?: readonly ResultOfAttack[];
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
  const { robust = [], attacks = [], cleanErrors = [], clean, testAccuracy = 0 } = result;
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
    robust.every((each: unknown) => isObject(each) && isRate(each["accuracy"]) && isAt(each)) &&
    arePositions(cleanErrors) &&
    Array.isArray(attacks) &&
    attacks.every((each: unknown) => isObject(each) && typeof each["id"] === "string" && Array.isArray(each["at"])) &&
    attacks.every(({ at }) => at.every(isAt));
  if (isWhole) return result as JobResult;
  throw new InputError(`${source} holds ${show(value)}, which is not the result of the job ${id}. Remove the file.`);
}

function isRate(value: unknown): value is ResultRate {
  return isObject(value) && typeof value["value"] === "number" && typeof value["n"] === "number";
}

function isAt(value: unknown): boolean {
  return isObject(value) && typeof value["eps"] === "number" && arePositions(value["broken"]);
}

function arePositions(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}
