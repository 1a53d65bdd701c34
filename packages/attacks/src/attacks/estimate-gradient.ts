import type { KeyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Radius } from "../norms/norm.ts";
import { gatherRows } from "../runtime/rows.ts";

/** Settings of {@link estimateGradient}. */
export interface EstimateOptions {
  /** Standard deviation of the Gaussian, one for all rows or one for each. */
  readonly sigma: Radius;
  /** Function values per row; odd numbers are rounded up, since they come in pairs. */
  readonly samples: number;
  /** Bytes of query points in one call of `loss`. */
  readonly chunkBytes: number;
  /** The random numbers of one pair of query points. */
  readonly random: (row: number, pair: number) => KeyedRandom;
  /** From points `[m, ...]` and the row of `x` that each belongs to, to `[m]`, which is disposed here. */
  readonly loss: (points: tf.Tensor, rows: Int32Array) => Promise<tf.Tensor1D>;
  /** Awaited after each chunk, with the share that is done. */
  readonly tick: (fraction: number) => Promise<void>;
}

/**
 * Estimates the gradient of the loss, smoothed by a Gaussian, at every row of `x`, by antithetic sampling (NES):
 * `1 / (2 sigma pairs) * sum of (L(x + sigma u) - L(x - sigma u)) u`, u normal.
 *
 * Each row has its own directions, and its sum is formed in an order that depends on the size of a row alone, so that
 * rows do not influence one another.
 */
export async function estimateGradient(x: tf.Tensor, options: EstimateOptions): Promise<tf.Tensor> {
  const n = x.shape[0]!;
  const sums: tf.Tensor[] = Array.from({ length: n });
  const calls = plan(n, x.size / n, options);
  try {
    for (const [i, blocks] of calls.entries()) {
      const parts = await blockSums(x, blocks, options);
      for (const [j, { row }] of blocks.entries()) sums[row] = accumulate(sums[row], parts[j]!);
      await options.tick((i + 1) / calls.length);
    }
    const { sigma } = options;
    const pairs = Math.ceil(options.samples / 2);
    return tf.tidy(() => {
      const scale = typeof sigma === "number" ? 2 * sigma * pairs : tf.mul(sigma, 2 * pairs);
      return tf.div(tf.reshape(tf.concat(sums, 0), x.shape), scale);
    });
  } finally {
    for (const sum of sums) sum?.dispose();
  }
}

/** Consecutive pairs of query points of one row. */
interface Block {
  readonly row: number;
  readonly start: number;
  readonly pairs: number;
}

/** Cuts each row's pairs into blocks that fit a call, then packs blocks of several rows into calls. */
function plan(n: number, size: number, { samples, chunkBytes }: EstimateOptions): Block[][] {
  const pairs = Math.ceil(samples / 2);
  const limit = Math.max(1, Math.floor(chunkBytes / (2 * 4 * size)));
  const calls: Block[][] = [];
  let room = 0;
  for (let row = 0; row < n; row++) {
    for (let start = 0; start < pairs; start += limit) {
      const block = { row, start, pairs: Math.min(limit, pairs - start) };
      if (block.pairs > room) {
        calls.push([]);
        room = limit;
      }
      calls.at(-1)!.push(block);
      room -= block.pairs;
    }
  }
  return calls;
}

/** Asks about all points of one call; per block, the sum of differences times directions, `[1, size]`. */
async function blockSums(
  x: tf.Tensor,
  blocks: readonly Block[],
  { sigma, random, loss }: EstimateOptions,
): Promise<tf.Tensor[]> {
  const size = x.size / x.shape[0]!;
  const rows = Int32Array.from(blocks.flatMap(({ row, pairs }) => new Array<number>(pairs).fill(row)));
  const directions = blocks.map((block) => drawDirections(block, size, random));
  const points = tf.tidy(() => {
    const center = gatherRows(tf.reshape(x, [-1, size]), rows);
    const width = typeof sigma === "number" ? sigma : gatherRows(tf.reshape(sigma, [-1, 1]), rows);
    const step = tf.mul(tf.concat(directions, 0), width);
    const both = tf.concat([tf.add(center, step), tf.sub(center, step)], 0);
    return tf.reshape(both, [2 * rows.length, ...x.shape.slice(1)]);
  });
  try {
    const values = await loss(points, Int32Array.of(...rows, ...rows));
    const sums = tf.tidy(() => sumsOf(values, blocks, directions));
    values.dispose();
    return sums;
  } finally {
    tf.dispose([points, ...directions]);
  }
}

/** Per block, the sum of its pairs' differences times their directions. */
function sumsOf(values: tf.Tensor1D, blocks: readonly Block[], directions: readonly tf.Tensor2D[]): tf.Tensor[] {
  const [plus, minus] = tf.split(values, 2);
  const differences = tf.reshape(tf.sub(plus!, minus!), [1, -1]);
  let offset = 0;
  return blocks.map(({ pairs }, i) => {
    const part = tf.slice(differences, [0, offset], [1, pairs]);
    offset += pairs;
    return tf.matMul(part, directions[i]!);
  });
}

function drawDirections({ row, start, pairs }: Block, size: number, random: EstimateOptions["random"]): tf.Tensor2D {
  const values = new Float32Array(pairs * size);
  for (let pair = 0; pair < pairs; pair++) {
    random(row, start + pair).normal(values.subarray(pair * size, (pair + 1) * size));
  }
  return tf.tensor2d(values, [pairs, size]);
}

function accumulate(sum: tf.Tensor | undefined, part: tf.Tensor): tf.Tensor {
  if (sum === undefined) return part;
  const next = tf.add(sum, part);
  sum.dispose();
  part.dispose();
  return next;
}
