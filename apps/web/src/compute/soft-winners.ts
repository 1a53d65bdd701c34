import { kwtaLayers } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/**
 * Runs `f` while each k-WTA layer of a model lets values through smoothly: `x * sigmoid((x - t) / (T s))`, t its threshold and
 * s the deviation of its values. That is the function whose derivative the attack `gate:T` follows.
 */
export function withSoftWinners<T>(model: LayersModel, temperature: number, f: () => T): T {
  const layers = kwtaLayers(model);
  const calls = layers.map((layer) => layer.call.bind(layer));
  for (const [i, layer] of layers.entries()) {
    layer.call = (inputs: tf.Tensor | tf.Tensor[]) => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      return tf.tidy(() => soften(x, calls[i]!(x), temperature));
    };
  }
  try {
    return f();
  } finally {
    for (const [i, layer] of layers.entries()) layer.call = calls[i]!;
  }
}

/** @param winners what the layer makes of x: 0 where a value loses */
function soften(x: tf.Tensor, winners: tf.Tensor, temperature: number): tf.Tensor {
  const rows = (tensor: tf.Tensor): tf.Tensor => tf.reshape(tensor, [tensor.shape[0]!, -1]);
  const values = rows(x);
  const wins = tf.notEqual(rows(winners), 0);
  const threshold = tf.min(tf.where(wins, values, tf.fill(values.shape, Infinity)), 1, true);
  const deviation = tf.sqrt(tf.moments(values, 1, true).variance);
  const gate = tf.sigmoid(tf.div(tf.sub(values, threshold), tf.mul(deviation, temperature)));
  return tf.reshape(tf.mul(values, gate), x.shape);
}
