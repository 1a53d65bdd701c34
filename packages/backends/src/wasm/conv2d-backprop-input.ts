import * as tf from "@tensorflow/tfjs-core";
import { convGeometry, type ConvGeometry } from "./_conv-geometry.ts";
import {
  allocate,
  callKernel,
  copyRun,
  heapOf,
  offsetOf,
  release,
  share,
  zeros,
  type KernelCall,
  type WasmBackend,
  type WasmKernelPatch,
} from "./_wasm-backend.ts";

/**
 * The gradient of a convolution by its input, ten times as fast as TensorFlow.js's.
 *
 * With stride 1 it is the convolution of dy with the filter turned by 180 degrees, its two channel axes swapped. With
 * stride s, the rows `s * i + phase` of the input, for each of s phases, meet only every s-th row of the filter, so that
 * they are such a convolution with a part of the filter; the same holds for the columns. No product with an inserted zero
 * is computed.
 */
export const conv2dBackpropInput: WasmKernelPatch = {
  kernelName: tf.Conv2DBackpropInput,
  patch: () => inputGradient,
};

function inputGradient({ inputs, backend, attrs }: KernelCall): tf.TensorInfo {
  const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
  const inputShape = attrs["inputShape"] as number[];
  const g = convGeometry(inputShape, filter.shape, attrs);
  const rows = phases(g.h, g.oh, g.kh, g.strideH, g.top);
  const columns = phases(g.w, g.ow, g.kw, g.strideW, g.left);
  const empty = g.n * g.oh * g.ow * g.ci * g.co === 0;
  if (!empty && rows.length === 1 && columns.length === 1 && isWhole(rows[0]!, g.h) && isWhole(columns[0]!, g.w)) {
    return convolvePhase(backend, dy, filter, g, rows[0]!, columns[0]!);
  }
  const dx = zeros(backend, inputShape);
  if (empty) return dx;
  for (const row of rows) {
    for (const column of columns) {
      const part = convolvePhase(backend, dy, filter, g, row, column);
      scatter(backend, dx, part, g, row, column);
      release(backend, part);
    }
  }
  return dx;
}

/** Along one axis: the input positions `first + stride * i`, i < count, which meet the same filter positions. */
interface Phase {
  readonly first: number;
  readonly count: number;
  readonly stride: number;
  /** The filter positions `tap + stride * j`, j < taps. */
  readonly tap: number;
  readonly taps: number;
  /** Zeros to put before dy, or, if negative, how many positions of dy meet none of these; the same behind it. */
  readonly before: number;
  readonly after: number;
}

/** All phases that some position of dy reaches; the other positions of the input have a gradient of 0. */
function phases(input: number, output: number, filter: number, stride: number, padding: number): Phase[] {
  return Array.from({ length: Math.min(stride, filter) }, (_, tap) => {
    const taps = Math.ceil((filter - tap) / stride);
    // Input position p is reached from output position o by the filter position p + padding - stride * o.
    const low = Math.max(0, Math.ceil((padding - tap) / stride));
    const high = Math.min(Math.floor((input - 1 + padding - tap) / stride), output - 1 + taps - 1);
    const before = taps - 1 - low;
    return {
      first: tap - padding + stride * low,
      count: high - low + 1,
      stride,
      tap,
      taps,
      before,
      after: high - (output - 1),
    };
  }).filter(({ count }) => count > 0);
}

function isWhole({ first, count, stride }: Phase, size: number): boolean {
  return stride === 1 && first === 0 && count === size;
}

/** The gradient at the positions of one phase: [n, row.count, column.count, ci]. */
function convolvePhase(
  backend: WasmBackend,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  g: ConvGeometry,
  row: Phase,
  column: Phase,
): tf.TensorInfo {
  const x = crop(backend, dy, row, column);
  const turned = turnFilter(backend, filter, g, row, column);
  const pad = [[0, 0], zerosAround(row), zerosAround(column), [0, 0]];
  const attrs = { strides: [1, 1], pad, dataFormat: "NHWC", dilations: [1, 1] };
  const part = callKernel(backend, tf.Conv2D, { x, filter: turned }, attrs);
  release(backend, turned, x);
  return part;
}

function zerosAround({ before, after }: Phase): [number, number] {
  return [Math.max(0, before), Math.max(0, after)];
}

/** dy without the positions at its ends that meet no input of this phase; only generous padding makes such. */
function crop(backend: WasmBackend, dy: tf.TensorInfo, row: Phase, column: Phase): tf.TensorInfo {
  if (Math.min(row.before, row.after, column.before, column.after) >= 0) return share(backend, dy, dy.shape);
  const [n, oh, ow, co] = dy.shape as [number, number, number, number];
  const begin = (phase: Phase): number => Math.max(0, -phase.before);
  const rest = (size: number, phase: Phase): number => size - begin(phase) - Math.max(0, -phase.after);
  return callKernel(
    backend,
    tf.Slice,
    { x: dy },
    { begin: [0, begin(row), begin(column), 0], size: [n, rest(oh, row), rest(ow, column), co] },
  );
}

/** The part of the filter that this phase meets, [row.taps, column.taps, co, ci], turned by 180 degrees. */
function turnFilter(
  backend: WasmBackend,
  filter: tf.TensorInfo,
  { ci, co, kw }: ConvGeometry,
  row: Phase,
  column: Phase,
): tf.TensorInfo {
  const turned = allocate(backend, [row.taps, column.taps, co, ci]);
  const heap = heapOf(backend);
  const source = offsetOf(backend, filter);
  let to = offsetOf(backend, turned);
  for (let i = row.taps - 1; i >= 0; i--) {
    for (let j = column.taps - 1; j >= 0; j--) {
      const tap = (row.tap + row.stride * i) * kw + column.tap + column.stride * j;
      const from = source + tap * ci * co;
      for (let o = 0; o < co; o++) {
        for (let c = 0; c < ci; c++) heap[to++] = heap[from + c * co + o]!;
      }
    }
  }
  return turned;
}

/** Puts the values of one phase to their places in dx. */
function scatter(
  backend: WasmBackend,
  dx: tf.TensorInfo,
  part: tf.TensorInfo,
  { n, h, w, ci }: ConvGeometry,
  row: Phase,
  column: Phase,
): void {
  const heap = heapOf(backend);
  let from = offsetOf(backend, part);
  const base = offsetOf(backend, dx);
  for (let sample = 0; sample < n; sample++) {
    for (let i = 0; i < row.count; i++) {
      let to = base + ((sample * h + row.first + i * row.stride) * w + column.first) * ci;
      for (let j = 0; j < column.count; j++, from += ci, to += column.stride * ci) copyRun(heap, to, from, ci);
    }
  }
}
