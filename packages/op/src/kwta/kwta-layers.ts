import type { layers } from "@tensorflow/tfjs-layers";
import { inputError } from "../shared/errors.ts";
import { KWTA } from "./kwta-layer.ts";

/** What {@link kwtaLayers} looks through: a model, whose layers may be models too. */
export interface LayerContainer {
  readonly layers: readonly layers.Layer[];
}

/** The k-WTA layers of a model and of the models inside it, in order. */
export function kwtaLayers(model: LayerContainer): KWTA[] {
  return model.layers.flatMap((layer) => {
    if (layer instanceof KWTA) return [layer];
    return "layers" in layer ? kwtaLayers(layer as unknown as LayerContainer) : [];
  });
}

/**
 * Sets gamma of every k-WTA layer of a live model, or of none when one of them cannot use it.
 *
 * @throws Error when gamma cannot be used or the model has no k-WTA layer
 */
export function setGamma(model: LayerContainer, gamma: number): void {
  const all = kwtaLayers(model);
  if (all.length === 0) throw inputError("This model has no k-WTA layer, so there is no gamma to set.");
  const former = all.map((layer) => layer.gamma);
  try {
    for (const layer of all) layer.gamma = gamma;
  } catch (error) {
    all.forEach((layer, i) => (layer.gamma = former[i]!));
    throw error;
  }
}
