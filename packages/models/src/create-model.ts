import type { LayersModel } from "@tensorflow/tfjs-layers";
import { findArchitecture } from "./networks/index.ts";
import { parseModelId } from "./model-id.ts";
import type { ImageShape, NetworkConfig } from "./build/network.ts";

/** Options of {@link createModel}. */
export interface CreateModelOptions extends Omit<NetworkConfig, "activation" | "inputShape"> {
  /** Height, width and channels of an image; `mlp` also takes rows, of a length. */
  readonly inputShape: ImageShape | readonly [length: number];
}

/**
 * A new model by its id, such as `"resnet18-w16@kwta:0.1"`; see {@link parseModelId}. The caller disposes it.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError for an unknown id, or when the network cannot be built for this input
 *
 * @example
 * ```ts
 * const model = createModel("small-cnn@kwta:0.1", { inputShape: [28, 28, 1], numClasses: 10, seed: 1 });
 * ```
 */
export function createModel(id: string, options: CreateModelOptions): LayersModel {
  const { architecture, width, hidden, activation } = parseModelId(id);
  const own = findArchitecture(architecture);
  return own.build({ ...options, width, hidden: hidden ?? own.hidden ?? [], activation });
}
