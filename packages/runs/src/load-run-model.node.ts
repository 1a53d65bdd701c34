import { loadModel } from "@kwta/models";
import { setGamma } from "@kwta/op";
import { setWeights } from "@kwta/training";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { join } from "node:path";
import { readBestWeights, readGammaWeights } from "./run-folder.node.ts";

/**
 * Loads the model of a finished run, at the end of its training or, of an incremental one, at the end of its time at a
 * sparsity ratio.
 *
 * @param run its folder
 * @param at a sparsity ratio, or the best epoch of the run in place of its end
 * @throws InputError when there is no model, or the run kept no such weights
 */
export async function loadRunModel(run: string, at?: number | "best"): Promise<LayersModel> {
  const model = await loadModel(join(run, "model"));
  if (at === undefined) return model;
  try {
    if (at === "best") setWeights(model, await readBestWeights(run), "The checkpoint of the best epoch");
    else await setGammaWeights(model, run, at);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

async function setGammaWeights(model: LayersModel, run: string, gamma: number): Promise<void> {
  setWeights(model, await readGammaWeights(run, gamma), `The checkpoint of gamma ${gamma}`);
  setGamma(model, gamma);
}
