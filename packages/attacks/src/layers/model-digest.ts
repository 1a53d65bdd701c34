import { digest } from "@kwta/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Bounds } from "../norms/bounds.ts";

/** A digest of a model's layers, their settings, and its weights. */
export async function modelDigest(model: LayersModel, bounds: Bounds): Promise<string> {
  const weights = await Promise.all(model.getWeights().map((weight) => weight.data()));
  // With `false` it returns an object: the topology with every setting, such as the sparsity ratio.
  return digest(JSON.stringify([model.toJSON(null, false), bounds]), ...weights);
}
