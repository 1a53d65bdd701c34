import { digest, InputError, isObject, parseJson, readInput, readJson, show, stableJson } from "@kwta/core";
import { join } from "node:path";
import type { Job } from "../jobs/job.ts";
import { RESULT_SCHEMA, type JobResult, type ResultAtEps, type ResultOfAttack, type ResultRate } from "./job-result.ts";

/**
 * The result of a job, from what its command printed with `--json` and what it left in its folder.
 *
 * @throws InputError for an output that is none, and a folder without the model
 */
export async function resultOfOutput(
  job: Job,
  output: string,
  { folder, seconds }: { readonly folder: string; readonly seconds: number },
): Promise<JobResult> {
  const value = parseJson(output, `The output of ${job.command}`);
  if (!isObject(value)) throw new InputError(`The output of ${job.command} is ${show(value)}, not an object.`);
  const own = job.command === "train" ? await ofTraining(value, folder) : await ofEvaluation(value);
  return { schema: RESULT_SCHEMA, id: job.id, command: job.command, ...own, seconds: Number(seconds.toFixed(3)) };
}

type Own = Omit<JobResult, "schema" | "id" | "command" | "seconds">;

async function ofTraining({ testAccuracy }: Readonly<Record<string, unknown>>, folder: string): Promise<Own> {
  const files = ["model.json", "weights.bin"].map((name) => readInput(join(folder, "model", name)));
  const { computedBy } = (await readJson(join(folder, "run.json"))) as { readonly computedBy?: readonly unknown[] };
  const last = computedBy?.at(-1);
  return {
    digest: await digest(...(await Promise.all(files))),
    ...(typeof testAccuracy === "number" && { testAccuracy }),
    environment: isObject(last) ? { backend: last["backend"], ...(last["versions"] as object) } : {},
  };
}

/** What the same evaluation says otherwise each time: how long it took, where it was kept, what was typed. */
const VARIES: ReadonlySet<string> = new Set(["seconds", "folder", "command", "environment"]);

async function ofEvaluation(value: Readonly<Record<string, unknown>>): Promise<Own> {
  const numbers = JSON.parse(JSON.stringify(value, (key, each: unknown) => (VARIES.has(key) ? undefined : each)));
  const { clean, cleanErrors, robust, attacks, environment } = value as {
    readonly clean: ResultRate;
    readonly cleanErrors: readonly number[];
    readonly robust: readonly ResultAtEps[];
    readonly attacks: readonly ResultOfAttack[];
    readonly environment: Own["environment"];
  };
  return {
    digest: await digest(stableJson(numbers)),
    clean,
    cleanErrors,
    robust: robust.map(({ eps, accuracy, broken, flagged, complete }) => ({
      eps,
      accuracy,
      broken,
      flagged,
      complete,
    })),
    attacks: attacks.map(({ id, at }) => ({ id, at: at.map(({ eps, broken }) => ({ eps, broken })) })),
    environment,
  };
}
