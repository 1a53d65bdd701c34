import { loadModel } from "@kwta/models";
import { setGamma } from "@kwta/op";
import { setWeights } from "@kwta/training";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { join } from "node:path";
import { readGammaWeights } from "./run-folder.node.ts";

/**
 * Loads the model of a finished run, at the end of its training or, of an incremental one, at the end of its time at a
 * sparsity ratio.
 *
 * @param run its folder
 * @throws InputError when there is no model, or the run kept no weights of this gamma
 */
export async function loadRunModel(run: string, gamma?: number): Promise<LayersModel> {
  const model = await loadModel(join(run, "model"));
  if (gamma === undefined) return model;
  try {
    setWeights(model, await readGammaWeights(run, gamma), `The checkpoint of gamma ${gamma}`);
    setGamma(model, gamma);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}
