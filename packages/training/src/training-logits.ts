import { trainingNetworkOf, type TrainingNetwork } from "@kwta/attacks";
import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { unbiasRunningVariance } from "./batch-norm.ts";

/** @see {@link trainingLogits} */
export interface TrainingLogitsOptions {
  /** Whether they are differentiated by x, too. @defaultValue false */
  readonly byInput?: boolean;
}

/**
 * What a model says of images while it is trained, differentiable by its weights: `model.apply(x, { training: true })` in one call
 * to the backend where it can do that. The running variances of batch norms are those that PyTorch keeps.
 *
 * @param x [n, height, width, channels]
 * @returns [n, classes]
 */
export function trainingLogits(
  model: LayersModel,
  x: tf.Tensor,
  { byInput = false }: TrainingLogitsOptions = {},
): tf.Tensor2D {
  const network = networkFor(model);
  if (network?.canApply(x)) return network.apply(x, byInput);
  const undo = unbiasRunningVariance(model);
  try {
    return model.apply(x, { training: true }) as tf.Tensor2D;
  } finally {
    undo();
  }
}

/** A model is written once. */
const networks = new WeakMap<LayersModel, { readonly network: TrainingNetwork | undefined }>();

function networkFor(model: LayersModel): TrainingNetwork | undefined {
  let known = networks.get(model);
  if (known === undefined) networks.set(model, (known = { network: trainingNetworkOf(model) }));
  return known.network;
}
