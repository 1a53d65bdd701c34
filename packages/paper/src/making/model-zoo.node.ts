import type { LongWork } from "@kwta/core";
import type { Dataset } from "@kwta/datasets";
import { hasModel, hasRun, loadRunModel, trainRun, type BackendInUse } from "@kwta/runs";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { join } from "node:path";
import type { NetSettings } from "../shared/nets.ts";
import { settingsDigest } from "./settings-digest.node.ts";

/** Trained nets in a folder, each in a run folder of its own that is found again by the settings of its training. */
export interface ModelZoo {
  /** Whether its training is complete. */
  has(net: NetSettings): boolean;
  /** The training's folder. */
  folder(net: NetSettings): string;
  /**
   * Loads a net, after training it where that was not done before; a training that was stopped goes on. The caller
   * disposes it.
   */
  load(net: NetSettings, dataset: () => Promise<Dataset>, work: LongWork): Promise<LayersModel>;
}

/** Opens a zoo in a folder, which need not exist. */
export function openModelZoo(path: string, backend: BackendInUse): ModelZoo {
  const folder = ({ run, folder: given }: NetSettings): string =>
    given ?? join(path, `${run.model.replaceAll(/[@:,]/g, "-")}-${run.method.id}-${settingsDigest(run)}`);
  const has = (net: NetSettings): boolean => hasModel(folder(net));
  return {
    has,
    folder,
    async load(net, dataset, work) {
      if (!has(net)) {
        const resume = hasRun(folder(net));
        const { model } = await trainRun(folder(net), net.run, await dataset(), { backend, resume, ...work });
        model.dispose();
      }
      return loadRunModel(folder(net), net.gamma);
    },
  };
}
