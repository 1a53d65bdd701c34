import * as tf from "@tensorflow/tfjs-core";
import { allocate, copyRun, heapOf, offsetOf, release, share } from "./_wasm-backend.ts";
import type { WasmBackend, WasmKernelPatch } from "./_wasm-backend.ts";

/**
 * `add`, `sub` and `mul` of a tensor and a short last axis, such as channels. XNNPACK goes along the short axis again and
 * again; with several copies of it side by side it goes along a longer one.
 */
export const broadcasts: readonly WasmKernelPatch[] = [tf.Add, tf.Sub, tf.Multiply].map((kernelName) => ({
  kernelName,
  patch: (original) => (call) => {
    const { inputs, backend } = call;
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const size = tf.util.sizeFromShape(a.shape);
    const columns = tf.util.sizeFromShape(b.shape);
    const copies = isLastAxis(a.shape, b.shape) ? copiesFor(size / columns, columns) : 1;
    if (copies < 2 || a.dtype !== "float32" || b.dtype !== "float32") return original(call);
    const width = copies * columns;
    const wide = share(backend, a, [size / width, width]);
    const repeated = repeat(backend, b, columns, copies);
    const result = original({ ...call, inputs: { a: wide, b: repeated } });
    release(backend, wide, repeated);
    return { ...result, shape: a.shape };
  },
}));

/** Whether `b` holds one value for each index of the last axis of `a`. */
function isLastAxis(a: readonly number[], b: readonly number[]): boolean {
  const columns = b.at(-1) ?? 1;
  return columns > 1 && columns === a.at(-1) && b.length <= a.length && tf.util.sizeFromShape([...b]) === columns;
}

/** How many copies make up about 256 values and divide the rows; too few rows are not worth it. */
function copiesFor(rows: number, columns: number): number {
  if (rows < 64) return 1;
  let copies = 1;
  while (copies * columns < 256 && rows % (2 * copies) === 0) copies *= 2;
  return copies;
}

function repeat(backend: WasmBackend, row: tf.TensorInfo, columns: number, copies: number): tf.TensorInfo {
  const result = allocate(backend, [copies * columns]);
  const heap = heapOf(backend);
  const from = offsetOf(backend, row);
  for (let i = 0; i < copies; i++) copyRun(heap, offsetOf(backend, result) + i * columns, from, columns);
  return result;
}
