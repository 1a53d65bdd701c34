import * as tf from "@tensorflow/tfjs-core";
import { flatten } from "../norms/rows.ts";

/** The same values under another owner. `clone` would copy them on wasm. */
export function share<T extends tf.Tensor>(x: T): T {
  return tf.reshape(x, x.shape) as T;
}

/** Some samples of a batch, in the order of `rows`; all of them share their values with `x`. */
export function gatherRows<T extends tf.Tensor>(x: T, rows: Int32Array): T {
  const isAll = rows.length === x.shape[0] && rows.every((row, i) => row === i);
  return isAll ? share(x) : copyRows(x, rows);
}

/** {@link gatherRows} with values of its own, whichever rows these are. */
export function copyRows<T extends tf.Tensor>(x: T, rows: Int32Array): T {
  // On wasm `gather` and `slice` are 50 times slower than `gatherND`, which copies whole rows.
  return tf.tidy(() => {
    const gathered = tf.gatherND(flatten(x), tf.tensor2d(rows, [rows.length, 1], "int32"));
    return tf.reshape(gathered, [rows.length, ...x.shape.slice(1)]) as T;
  });
}

/** A row of a tensor. */
export interface RowSource {
  readonly x: tf.Tensor;
  readonly row: number;
}

/** `x` with some rows, the keys of the map, taken from elsewhere. */
export function replaceRows(x: tf.Tensor, replacements: ReadonlyMap<number, RowSource>): tf.Tensor {
  const n = x.shape[0]!;
  const sources = [...new Set([...replacements.values()].map((source) => source.x))];
  const starts = new Map<tf.Tensor, number>();
  let length = n;
  for (const source of sources) {
    starts.set(source, length);
    length += source.shape[0]!;
  }
  const rows = Int32Array.from({ length: n }, (_, row) => {
    const source = replacements.get(row);
    return source === undefined ? row : starts.get(source.x)! + source.row;
  });
  if (sources.length === 1 && length === 2 * n && rows.every((row, i) => row === n + i)) return share(sources[0]!);
  return tf.tidy(() => gatherRows(tf.concat([x, ...sources], 0), rows));
}

/** The positions at which `test` holds. */
export function rowsWhere(length: number, test: (row: number) => boolean): Int32Array {
  const rows = new Int32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (test(row)) rows[count++] = row;
  }
  return rows.slice(0, count);
}

/** `0, 1, ..., n - 1`, from `start` on. */
export function rowsFrom(start: number, n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => start + i);
}
