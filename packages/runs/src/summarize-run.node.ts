import { InputError } from "@kwta/core";
import { formatMethod } from "@kwta/training";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RunFile } from "./run-file.ts";
import { hasModel, hasRun, readMetrics, readRunFile } from "./run-folder.node.ts";
import type { RunSettings } from "./run-settings.ts";

/** What has become of a run, in a line of a table. */
export interface RunSummary {
  readonly path: string;
  readonly settings: RunSettings;
  /** The method with its parameters, as `--method` takes it. */
  readonly method: string;
  readonly computedBy: RunFile["computedBy"];
  readonly complete: boolean;
  readonly steps: number;
  readonly epochs: number;
  /** Of the last step. */
  readonly loss?: number;
  /** Of the last epoch that has one. */
  readonly testAccuracy?: number;
  readonly robustTestAccuracy?: number;
  /** Whether the training came to nothing, and why. */
  readonly diverged?: string;
}

/**
 * Sums up a run.
 *
 * @param path its folder
 * @throws InputError when it holds no run, or a damaged one
 */
export async function summarizeRun(path: string): Promise<RunSummary> {
  const { settings, computedBy } = await readRunFile(path);
  const metrics = await readMetrics(path);
  const steps = metrics.filter((line) => line.kind === "step");
  const epochs = metrics.filter((line) => line.kind === "epoch");
  const diverged = latest(metrics.map((line) => (line.kind === "divergence" ? line.what : undefined)));
  const loss = steps.at(-1)?.loss;
  const testAccuracy = epochs.at(-1)?.testAccuracy;
  const robust = latest(epochs.map((line) => line.robustTestAccuracy));
  return {
    path,
    settings,
    method: methodText(settings),
    computedBy,
    complete: hasModel(path),
    steps: steps.at(-1)?.step ?? 0,
    epochs: epochs.at(-1)?.epoch ?? 0,
    ...(loss !== undefined && { loss }),
    ...(testAccuracy !== undefined && { testAccuracy }),
    ...(robust !== undefined && { robustTestAccuracy: robust }),
    ...(diverged !== undefined && { diverged }),
  };
}

/** The trainings in the folders of a folder, by name; those that cannot be read with the sentence that says why. */
export async function listRuns(root: string): Promise<(RunSummary | { path: string; unreadable: string })[]> {
  const names = await readdir(root).catch(() => []);
  const paths = names.map((name) => join(root, name)).filter(hasRun);
  const each = paths
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .map(async (path) => {
      try {
        return await summarizeRun(path);
      } catch (error) {
        if (error instanceof InputError) return { path, unreadable: error.message };
        throw error;
      }
    });
  return Promise.all(each);
}

/** The last that there is. */
function latest<T>(values: readonly (T | undefined)[]): T | undefined {
  return values.reduce((before, value) => value ?? before, undefined);
}

/** A method of somebody's own goes by its id. */
function methodText({ method }: RunSettings): string {
  try {
    return formatMethod(method);
  } catch {
    return method.id;
  }
}
