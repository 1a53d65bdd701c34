import * as tf from "@tensorflow/tfjs-core";
import type { layers } from "@tensorflow/tfjs-layers";

/** A weight of a layer. */
export type Weight = layers.Layer["weights"][number];

/** How much of an average stays in each step of a training, as in batch norm. */
const MOMENTUM = 0.9;

/**
 * Moves running averages, which are weights of a layer, towards what a batch has shown. They begin at zero, and so does
 * `mass`, the sum of the weights that were given: {@link readAverage} divides by it, so that few batches do as well as many.
 */
export function updateAverages(mass: Weight, averages: readonly (readonly [average: Weight, seen: tf.Tensor])[]): void {
  tf.tidy(() => {
    const move = (weight: Weight, to: tf.Tensor | number): void =>
      void weight.write(tf.add(tf.mul(weight.read(), MOMENTUM), tf.mul(to, 1 - MOMENTUM)));
    for (const [average, seen] of averages) move(average, seen);
    move(mass, 1);
  });
}

/** A running average; 0 before the first batch. */
export function readAverage(mass: Weight, average: Weight): tf.Tensor {
  return tf.tidy(() => tf.div(average.read(), tf.maximum(mass.read(), TINY)));
}

/** What a batch gives is more. */
const TINY = 1e-6;
