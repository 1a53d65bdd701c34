import { InputError, isObject, show } from "@kwta/core";
import type { ComputedBy } from "./computed-by.ts";
import type { RunSettings } from "./run-settings.ts";

/** One stretch of the work on a run: from its start, or from where it was resumed. */
export interface RunPart extends ComputedBy {
  readonly startedAt: string;
  readonly fromStep: number;
}

/** What `run.json` holds. */
export interface RunFile {
  readonly schema: typeof RUN_SCHEMA;
  readonly settings: RunSettings;
  /** SHA-256 of the images and labels; a run that older versions of kwta made has none. */
  readonly images?: string;
  readonly computedBy: readonly RunPart[];
}

/** The schema of `run.json`. */
export const RUN_SCHEMA = "kwta-run@2";

/**
 * Checks that a value read from a file is a {@link RunFile}.
 *
 * @param source named in errors
 * @throws InputError when it is not
 */
export function checkRunFile(value: unknown, source: string): RunFile {
  const file = value as Partial<RunFile> | null;
  if (file?.schema !== RUN_SCHEMA) {
    throw new InputError(
      `${source} is not the run.json of a training: its schema is ${show(file?.schema)}, not "${RUN_SCHEMA}".`,
    );
  }
  const { model, dataset, method, training } = file.settings ?? ({} as Partial<RunSettings>);
  const isWhole =
    typeof model === "string" &&
    typeof dataset?.name === "string" &&
    typeof method?.id === "string" &&
    isObject(method.params) &&
    isObject(training) &&
    ["string", "undefined"].includes(typeof file.images) &&
    Array.isArray(file.computedBy) &&
    file.computedBy.every(isObject);
  if (isWhole) return file as RunFile;
  throw new InputError(
    `${source} cannot be used: its settings are ${show(file.settings)}, without a model, a data set, a method or a training. ` +
      "It may be damaged; start a new run.",
  );
}
