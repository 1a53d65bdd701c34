import type { BackendReport } from "@kwta/backend";
import type { LongWork } from "@kwta/core";
import type { Dataset } from "@kwta/datasets";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadRunModel } from "../load-run-model.node.ts";
import { trainRun } from "../train-run.node.ts";
import { settingsDigest } from "./_settings-digest.node.ts";
import type { NetSettings } from "./net-settings.ts";

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
export function openModelZoo(path: string, engine: BackendReport): ModelZoo {
  const folder = ({ run, folder: given }: NetSettings): string =>
    given ?? join(path, `${run.model.replaceAll(/[@:,]/g, "-")}-${run.method}-${settingsDigest(run)}`);
  const has = (net: NetSettings): boolean => existsSync(join(folder(net), "model", "model.json"));
  return {
    has,
    folder,
    async load(net, dataset, work) {
      if (!has(net)) {
        const resume = existsSync(join(folder(net), "run.json"));
        const { model } = await trainRun(folder(net), net.run, await dataset(), { engine, resume, ...work });
        model.dispose();
      }
      return loadRunModel(folder(net), net.gamma);
    },
  };
}
