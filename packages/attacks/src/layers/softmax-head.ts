import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** Changes something for the time of one synchronous call, and returns what undoes it. */
export type Exchange = () => () => void;

/**
 * Finds the softmax that ends a model, and returns what takes it out, so that the model gives logits meanwhile. Attacks on
 * probabilities fail for the wrong reason: their gradient vanishes.
 *
 * The layer's own activation is exchanged for the time of one synchronous call. A second model cut before the softmax
 * would share its layers, and TF.js counts references to those.
 */
export function softmaxHead(model: LayersModel): Exchange {
  const layer = outputLayer(model);
  const slot = layer.getClassName() === "Softmax" ? "softmax" : "activation";
  if (slot === "activation" && className(layer.activation) !== "softmax") return () => nothing;
  const identity = slot === "softmax" ? passThrough : { apply: passThrough, getClassName: () => "linear" };
  return () => {
    const original = layer[slot];
    layer[slot] = identity;
    return () => {
      layer[slot] = original;
    };
  };
}

function nothing(): void {}

interface OutputLayer {
  getClassName(): string;
  activation?: unknown;
  softmax?: unknown;
  outputs?: LayersModel["outputs"];
}

function className(activation: unknown): string | undefined {
  return (activation as { getClassName?: () => string } | undefined)?.getClassName?.();
}

const passThrough = (x: tf.Tensor): tf.Tensor => x;

function outputLayer(model: LayersModel): OutputLayer {
  let layer = model as unknown as OutputLayer;
  // A nested model is a layer with outputs of its own.
  while (layer.outputs?.[0] !== undefined) layer = layer.outputs[0].sourceLayer as unknown as OutputLayer;
  return layer;
}
