import type { GraphModel } from "@kwta/attacks";
import { InputError } from "@kwta/core";
import type { DatasetSettings } from "@kwta/runs";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { basename } from "node:path";
import { readDataset, readNumber } from "../options.ts";

/** A model that was loaded for the time of the command. */
type AnyModel = LayersModel | (GraphModel & { dispose(): void });

/** What is attacked. */
export interface Victim {
  readonly load: () => Promise<AnyModel>;
  /** What it is called in reports. */
  readonly name: string;
  /** Where the report goes, unless --out says another place. */
  readonly out: string;
  readonly dataset: DatasetSettings;
}

/**
 * The model that the options name, and its images.
 *
 * @throws InputError when they name none, or both
 */
export async function findVictim(args: {
  readonly [K in "run" | "model" | "dataset" | "data-dir" | "image-size" | "channels" | "gamma"]?: string | undefined;
}): Promise<Victim> {
  const { loadRunModel, readRunFile } = await import("@kwta/runs");
  const { loadGraphModel, loadModel, savedFormat } = await import("@kwta/models");
  const { run, model } = args;
  if ((run === undefined) === (model === undefined)) {
    throw new InputError(
      "Name what to attack: either --run FOLDER (of kwta train) or --model FOLDER (with a model.json).",
    );
  }
  const chosen = readDataset(args);
  const gamma = readNumber("gamma", args.gamma);
  if (run !== undefined) {
    const { dataset, model: id } = (await readRunFile(run)).settings;
    const { name = dataset.name } = chosen;
    return {
      load: () => loadRunModel(run, gamma),
      name: gamma === undefined ? id : `${id} at gamma ${gamma}`,
      out: gamma === undefined ? run : `${run}/gamma-${gamma}`,
      // The settings of one data set say nothing about another.
      dataset: { ...(name === dataset.name && dataset), ...chosen, name },
    };
  }
  const { name } = chosen;
  if (name === undefined) {
    throw new InputError("A model without a run needs --dataset: the images that it was trained for.");
  }
  if (gamma !== undefined) {
    throw new InputError(
      "--gamma chooses among the weights that a run of --method incremental kept: name it by --run.",
    );
  }
  const load = async (): Promise<AnyModel> =>
    (await savedFormat(model!)) === "graph-model" ? await loadGraphModel(model!) : await loadModel(model!);
  return { load, name: basename(model!), out: model!, dataset: { ...chosen, name } };
}
