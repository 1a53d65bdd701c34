import * as tf from "@tensorflow/tfjs-core";
import type { Competition } from "./competition.ts";
import { winnerCount } from "./winner-count.ts";

/** The winners of each channel, the last axis of x; a dense layer's [batch, units] is one channel. */
export function byChannel(shape: readonly number[], gamma: number, bySize: boolean): Competition {
  const [batch, ...sizes] = shape as [number, ...number[]];
  const size = channelSize(sizes);
  const channels = sizes.length === 1 ? 1 : sizes.at(-1)!;
  return {
    k: winnerCount(size, gamma),
    toRows: (x) => flip(x, [batch, size, channels], [-1, size]),
    fromRows: (rows) => flip(rows, [batch, channels, size], [...shape]),
    bySize,
  };
}

/** Values per channel, given the sizes of a sample. */
export function channelSize(sizes: readonly number[]): number {
  return (sizes.length === 1 ? sizes : sizes.slice(0, -1)).reduce((a, b) => a * b, 1);
}

function flip<R extends tf.Rank>(x: tf.Tensor, from: [number, number, number], to: tf.ShapeMap[R]): tf.Tensor<R> {
  const flat = from[1] === 1 || from[2] === 1;
  return tf.reshape<R>(flat ? x : tf.transpose(tf.reshape(x, from), [0, 2, 1]), to);
}
