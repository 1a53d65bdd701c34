import * as tf from "@tensorflow/tfjs-core";
import { wasmCode } from "../../host/_wasm-code.ts";
import { hostOf } from "../../host/host-of.ts";
import { addressOf, allocate, upload, type WasmBackend } from "../../host/wasm-backend.ts";
import type { WasmHost } from "../../host/wasm-host.ts";

/** About how many values one chunk has. */
const BLOCK = 16384;

/** A tensor as rows of channels. */
export interface Rows {
  readonly rows: number;
  readonly channels: number;
  /** How many rows one chunk has. */
  readonly block: number;
}

/** A tensor of [..., channels]; the blocks depend on the number of channels alone. */
export function rowsOf(shape: readonly number[]): Rows {
  const channels = shape.at(-1)!;
  const rows = tf.util.sizeFromShape(shape.slice(0, -1));
  return { rows, channels, block: Math.max(1, Math.floor(BLOCK / Math.max(1, channels))) };
}

/** Addresses of what a function of `assembly/batch-norm.ts` gets; those left out are 0. */
interface Places {
  readonly x?: number;
  readonly dy?: number;
  readonly to: number;
  readonly a?: number;
  readonly b?: number;
  readonly c?: number;
}

/**
 * Runs a function of `assembly/batch-norm.ts` on blocks of rows.
 *
 * @param low of `scaleChannels`: what results are at least
 */
export function runOnRows(
  host: WasmHost,
  name: string,
  { rows, channels, block }: Rows,
  { x = 0, dy = 0, to, a = 0, b = 0, c = 0 }: Places,
  low: number = -Infinity,
): void {
  const words = [x, dy, to, rows, channels, block, a, b, c, host.float(low)];
  host.run(wasmCode, name, Math.ceil(rows / block), words);
}

/**
 * Runs a function that leaves numbers per block and channel, [blocks][numbers][channels], and adds them up over the blocks
 * in their order, in double precision.
 */
export function sumBlocks(
  host: WasmHost,
  name: "sumRows" | "batchGradientSums",
  rows: Rows,
  from: Omit<Places, "to">,
): Float64Array[] {
  const numbers = name === "sumRows" ? 1 : 2;
  return reduceRows(host, name, rows, from, numbers, (partial, blocks) =>
    Array.from({ length: numbers }, (_, which) => {
      const sums = new Float64Array(rows.channels);
      for (let c = 0; c < rows.channels; c++) {
        for (let block = 0; block < blocks; block++)
          sums[c]! += partial[(numbers * block + which) * rows.channels + c]!;
      }
      return sums;
    }),
  );
}

/** Runs a function that leaves numbers per block and channel, and calls `use` with them. */
export function reduceRows<T>(
  host: WasmHost,
  name: "sumRows" | "batchGradientSums" | "batchMoments",
  rows: Rows,
  from: Omit<Places, "to">,
  numbers: number,
  use: (partial: Float32Array, blocks: number) => T,
): T {
  const blocks = Math.ceil(rows.rows / rows.block);
  return host.borrow(4 * numbers * blocks * rows.channels, (to) => {
    runOnRows(host, name, rows, { ...from, to });
    return use(host.view(to, numbers * blocks * rows.channels), blocks);
  });
}

/** `f` of rows and of numbers per channel, as a new tensor. */
export function mapRows(
  backend: WasmBackend,
  name: "scaleChannels" | "combineChannels",
  { x, dy }: { x: tf.TensorInfo; dy?: tf.TensorInfo },
  perChannel: readonly Float64Array[],
): tf.TensorInfo {
  const rows = rowsOf(x.shape);
  const result = allocate(backend, x.shape);
  const host = hostOf(backend);
  const { channels } = rows;
  host.borrow(4 * 3 * channels, (place) => {
    perChannel.forEach((values, i) => host.view(place + 4 * i * channels, channels).set(values));
    const [a, b, c] = [0, 1, 2].map((i) => place + 4 * i * channels);
    const [from, gradient, to] = [x, dy, result].map((tensor) => (tensor ? addressOf(backend, tensor) : 0));
    runOnRows(host, name, rows, { x: from!, dy: gradient!, to: to!, a: a!, b: b!, c: c! });
  });
  return result;
}

/** A copy of the values of a small tensor: the heap may move. */
export function readRow(backend: WasmBackend, tensor: tf.TensorInfo): Float32Array {
  return (backend.typedArrayFromHeap(tensor) as Float32Array).slice();
}

/** A new tensor of one number per channel. */
export function newRow(backend: WasmBackend, values: Float64Array): tf.TensorInfo {
  return upload(backend, [values.length], values);
}
