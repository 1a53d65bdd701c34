import { InputError, parseNumber, readJson, show } from "@kwta/core";
import type { Job, SweepDefinition } from "@kwta/sweep";
import { chooseProtocol } from "../evaluate/protocol.ts";
import { importFile } from "../import-file.ts";
import { readThreat } from "../options.ts";
import { readTrainSettings } from "../train-settings.ts";

/**
 * The sweep of a file: `.json`, or `.js` or `.ts` with one as `sweep` or default export.
 *
 * @throws InputError for what is none
 */
export async function readSweepFile(file: string): Promise<SweepDefinition> {
  const { readSweep } = await import("@kwta/sweep");
  if (file.endsWith(".json")) return readSweep(await readJson(file), show(file));
  if (!/\.m?[jt]s$/.test(file)) {
    throw new InputError(`kwta sweep takes a .json, .js or .ts file, not ${show(file)}; its only action is status.`);
  }
  const module = (await importFile(file, "sweep")) as { readonly sweep?: unknown; readonly default?: unknown };
  return readSweep(module.sweep ?? module.default, show(file));
}

/**
 * Checks the settings of all jobs as the commands would, before the first of them is run.
 *
 * @throws InputError for what a job would be refused for: an unknown method, a model that cannot be built, a bad eps
 */
export async function checkSweep(definition: SweepDefinition): Promise<void> {
  const { planSweep } = await import("@kwta/sweep");
  const seen = new Set<string>();
  for (const job of await planSweep(definition)) {
    const { seed, range: _, ...options } = job.options;
    checkSeed(seed);
    const settings = JSON.stringify([job.command, options]);
    if (seen.has(settings)) continue;
    seen.add(settings);
    await (job.command === "train" ? checkTraining(job) : checkEvaluation(job));
  }
}

function checkSeed(seed: string | undefined): void {
  if (seed === undefined || (Number.isSafeInteger(parseNumber(seed)) && parseNumber(seed) >= 0)) return;
  throw new InputError(`seed of a sweep is ${show(seed)}; it must be a whole number of at least 0.`);
}

async function checkTraining({ options }: Job): Promise<void> {
  const { parseModelId } = await import("@kwta/models");
  const { DATASETS } = await import("@kwta/datasets");
  const { lookUp } = await import("@kwta/core");
  const { model, dataset } = await readTrainSettings(options);
  parseModelId(model);
  lookUp("data set", dataset.name, DATASETS);
}

async function checkEvaluation({ options }: Job): Promise<void> {
  const { norm = "linf", eps = "8/255", protocol = "quick", without, attack } = options;
  await readThreat({ norm, eps }, undefined);
  const attacks = attack === undefined ? [] : [attack];
  await chooseProtocol({ protocol, without: without?.split(","), attacks, plugins: [] });
}
