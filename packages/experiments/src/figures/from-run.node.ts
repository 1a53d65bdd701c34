import { InputError, show } from "@kwta/core";
import { readJson } from "@kwta/core/node";
import { parseModelId } from "@kwta/models";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { checkRunFile } from "../run-settings.ts";
import type { FromRun } from "./figure-settings.ts";
import type { NetSettings } from "./net-settings.ts";

/**
 * What an existing run offers to figures: its net, and, of an incremental training, the net at each sparsity ratio.
 *
 * @param folder of `kwta train`
 * @param dataDir the folder of the data set, where it is not the one that the run names
 * @throws InputError when there is no finished run
 */
export async function fromRun(folder: string, dataDir?: string): Promise<FromRun> {
  const path = join(folder, "run.json");
  if (!existsSync(path)) {
    throw new InputError(
      `There is no run in ${show(folder)}: it has no run.json. Name the folder that kwta train made.`,
    );
  }
  const { settings } = checkRunFile(await readJson(path), show(path));
  if (!existsSync(join(folder, "model", "model.json"))) {
    throw new InputError(
      `The run ${show(folder)} is not finished: it has no model yet. Finish it with kwta train --resume ${folder}.`,
    );
  }
  const run = dataDir === undefined ? settings : { ...settings, dataset: { ...settings.dataset, dataDir } };
  const [architecture, own] = run.model.split("@") as [string, string];
  parseModelId(run.model);
  const netOf = (activation: string): NetSettings => ({
    label: `${architecture}, ${activation}${run.method === "adversarial" ? ", adversarial" : ""}`,
    architecture,
    activation,
    run,
    folder,
    seconds: 0,
  });
  const gammas = run.method === "incremental" ? await keptGammas(folder) : [];
  const kept = gammas.map((gamma) => ({ ...netOf(`kwta:${gamma}`), gamma }));
  return { net: kept[0] ?? netOf(own), kept };
}

/** Rising. */
async function keptGammas(folder: string): Promise<number[]> {
  const names = await readdir(join(folder, "checkpoints"));
  return names
    .flatMap((name) => /^gamma-(.+)\.safetensors$/.exec(name)?.slice(1).map(Number) ?? [])
    .sort((a, b) => a - b);
}
