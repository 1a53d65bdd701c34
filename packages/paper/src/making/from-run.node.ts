import { InputError, show } from "@kwta/core";
import { parseModelId } from "@kwta/models";
import { hasModel, keptGammas, readRunFile } from "@kwta/runs";
import { isAdversarial, type FromRun, type NetSettings } from "../shared/nets.ts";

/**
 * What an existing run offers to figures: its net, and, of an incremental training, the net at each sparsity ratio.
 *
 * @param folder of `kwta train`
 * @param dataDir the folder of the data set, where it is not the one that the run names
 * @throws InputError when there is no finished run
 */
export async function fromRun(folder: string, dataDir?: string): Promise<FromRun> {
  const { settings } = await readRunFile(folder);
  if (!hasModel(folder)) {
    throw new InputError(
      `The run ${show(folder)} is not finished: it has no model yet. Finish it with kwta train --resume ${folder}.`,
    );
  }
  const run = dataDir === undefined ? settings : { ...settings, dataset: { ...settings.dataset, dataDir } };
  const [architecture, own] = run.model.split("@") as [string, string];
  parseModelId(run.model);
  const netOf = (activation: string): NetSettings => {
    const net = { label: `${architecture}, ${activation}`, architecture, activation, run, folder, seconds: 0 };
    return isAdversarial(net) ? { ...net, label: `${net.label}, ${run.method.id}` } : net;
  };
  const kept = (await keptGammas(folder)).map((gamma) => ({ ...netOf(`kwta:${gamma}`), gamma }));
  return { net: kept[0] ?? netOf(own), kept };
}
