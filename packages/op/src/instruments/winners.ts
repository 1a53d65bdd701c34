import * as tf from "@tensorflow/tfjs-core";
import type { layers, LayersModel } from "@tensorflow/tfjs-layers";
import type { LayerContainer } from "../kwta/kwta-layers.ts";
import { MaxPoolGroups } from "../max-pool-groups/max-pool-groups-layer.ts";
import { ChoosableLayer } from "../shared/choosable-layer.ts";
import { inputError } from "../shared/errors.ts";

/** What came of one watched layer, each time that it was called. */
export interface Watched {
  readonly name: string;
  readonly units: number;
  /** The caller's to dispose. */
  readonly value: tf.Tensor;
}

/**
 * Runs a model once in inference mode, and takes from each watched layer, in the order in which they are called, what
 * `reduce` makes of its winners: [batch, units], 1 for a winner and 0 for a loser, NaN in a sample that is NaN.
 *
 * A unit wins where the exact derivative of the layer's output by it is not 0. That is the definition for every member
 * of the family, and the gradient kernels compute it at the cost of one more pass.
 */
export function watchWinners(
  model: LayersModel,
  watched: readonly layers.Layer[],
  x: tf.Tensor,
  reduce: (winners: tf.Tensor2D) => tf.Tensor,
): Watched[] {
  const results: Watched[] = [];
  const watch = (layer: layers.Layer, derivative: tf.Tensor): void => {
    const winners = tf.reshape<tf.Rank.R2>(derivative, [derivative.shape[0]!, -1]);
    results.push({ name: layer.name, units: winners.shape[1], value: tf.keep(reduce(winners)) });
  };
  const untap = watched.map((layer) => tap(layer, watch));
  try {
    tf.tidy(() => void model.apply(x, { training: false }));
    return results;
  } catch (error) {
    for (const { value } of results) value.dispose();
    throw error;
  } finally {
    for (const undo of untap) undo();
  }
}

/** The layers that an instrument looks at by default. */
export function watchedLayers(model: LayerContainer): layers.Layer[] {
  const all = allLayers(model);
  const family = all.filter((layer) => layer instanceof ChoosableLayer || layer instanceof MaxPoolGroups);
  const found = family.length > 0 ? family : all.filter(isRelu);
  if (found.length > 0) return found;
  throw inputError(
    "This model has no layer of the k-WTA family and no ReLU layer, so it has no activation pattern. " +
      'An activation inside another layer, as in dense({ activation: "relu" }), cannot be seen: make it a layer of its own.',
  );
}

/** Exchanges a layer's `call` by one that also reports the derivative. Returns how to undo that. */
function tap(layer: layers.Layer, report: (layer: layers.Layer, derivative: tf.Tensor) => void): () => void {
  const { call } = layer;
  const own = Object.hasOwn(layer, "call");
  layer.call = (inputs, kwargs) => {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const { value, grad } = exactly(layer, () => tf.valueAndGrad((at) => call.call(layer, at, kwargs) as tf.Tensor)(x));
    // Of tied maxima each has but a part of the derivative.
    tf.tidy(() => report(layer, layer instanceof MaxPoolGroups ? tf.step(grad) : grad));
    grad.dispose();
    return value;
  };
  return () => {
    if (own) layer.call = call;
    else delete (layer as Partial<layers.Layer>).call;
  };
}

function exactly<T>(layer: layers.Layer, f: () => T): T {
  return layer instanceof ChoosableLayer ? layer.withBackward("exact", f) : f();
}

function allLayers(model: LayerContainer): layers.Layer[] {
  return model.layers.flatMap((layer) => ("layers" in layer ? allLayers(layer as unknown as LayerContainer) : [layer]));
}

function isRelu(layer: layers.Layer): boolean {
  const name = layer.getClassName();
  return name === "ReLU" || (name === "Activation" && layer.getConfig()["activation"] === "relu");
}
