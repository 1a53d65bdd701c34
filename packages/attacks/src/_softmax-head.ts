import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/**
 * Finds the softmax that ends a model, and returns a function that runs `f` with that softmax looked through, so that
 * the model gives logits meanwhile. Attacks on probabilities fail for the wrong reason: their gradient vanishes.
 *
 * The layer's own activation is exchanged for the time of one synchronous call. A second model cut before the softmax
 * would share its layers, and TF.js counts references to those.
 */
export function softmaxHead(model: LayersModel): <T>(f: () => T) => T {
  const layer = outputLayer(model);
  const slot = layer.getClassName() === "Softmax" ? "softmax" : "activation";
  if (slot === "activation" && className(layer.activation) !== "softmax") return (f) => f();
  const identity = slot === "softmax" ? passThrough : { apply: passThrough, getClassName: () => "linear" };
  return (f) => {
    const original = layer[slot];
    layer[slot] = identity;
    try {
      return f();
    } finally {
      layer[slot] = original;
    }
  };
}

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
