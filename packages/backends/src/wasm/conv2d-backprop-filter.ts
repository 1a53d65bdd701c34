import * as tf from "@tensorflow/tfjs-core";
import { convGeometry, type ConvGeometry } from "./_conv-geometry.ts";
import {
  allocate,
  callKernel,
  copyRun,
  heapOf,
  offsetOf,
  release,
  zeros,
  type KernelCall,
  type WasmBackend,
  type WasmKernelPatch,
} from "./_wasm-backend.ts";

/**
 * The gradient of a convolution by its filter, which TensorFlow.js lacks on wasm (tfjs issue 8474).
 *
 * `dw[kh, kw, ci, co] = sum over n, oh, ow of x[n, oh * s + kh - top, ow * s + kw - left, ci] * dy[n, oh, ow, co]`,
 * as a matrix product [KH KW Ci x M] [M x Co]. Its left side is laid out by copying long runs, which the sample as the
 * innermost axis makes possible; the product takes a few output rows at a time, so that both sides stay in the cache.
 */
export const conv2dBackpropFilter: WasmKernelPatch = {
  kernelName: tf.Conv2DBackpropFilter,
  patch: () => filterGradient,
};

/** About how many rows of dy one matrix product takes. */
const PRODUCT_DEPTH = 2048;
/** How many floats its left side may take. */
const PRODUCT_AREA = 2 ** 23;

function filterGradient({ inputs, backend, attrs }: KernelCall): tf.TensorInfo {
  const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
  const filterShape = attrs["filterShape"] as number[];
  const g = convGeometry(x.shape, filterShape, attrs);
  if (g.n * g.oh * g.ow * g.ci * g.co * g.kh * g.kw === 0) return zeros(backend, filterShape);

  const taps = g.kh * g.kw * g.ci;
  const depthOfRow = g.ow * g.n;
  const rows = clamp(Math.floor(Math.min(PRODUCT_DEPTH, PRODUCT_AREA / taps) / depthOfRow), 1, g.oh);
  const spread = spreadInput(backend, x, g);
  const left = allocate(backend, [taps, rows * depthOfRow]);
  let dw: tf.TensorInfo | undefined;
  for (let row = 0; row < g.oh; row += rows) {
    const depth = Math.min(rows, g.oh - row) * depthOfRow;
    // New for each product: XNNPACK keeps a packed copy of the right side for as long as that tensor lives.
    const right = allocate(backend, [depth, g.co]);
    fillLeft(backend, left, spread, g, row, depth);
    fillRight(backend, right, dy, g, row, depth);
    const product = callKernel(backend, tf.BatchMatMul, { a: { ...left, shape: [taps, depth] }, b: right }, PLAIN);
    release(backend, right);
    if (dw) {
      addTo(backend, dw, product);
      release(backend, product);
    }
    dw ??= { ...product, shape: filterShape };
  }
  release(backend, left, spread.tensor);
  return dw!;
}

const PLAIN = { transposeA: false, transposeB: false };

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/**
 * The input with its border of zeros as [ci, row, column, n]. Columns that one filter column meets lie side by side:
 * column j is the `floor(j / stride)`-th of group `j mod stride`.
 */
interface SpreadInput {
  readonly tensor: tf.TensorInfo;
  /** Floats from one channel to the next, one row to the next, one group of columns to the next. */
  readonly channel: number;
  readonly row: number;
  readonly group: number;
}

function spreadInput(backend: WasmBackend, x: tf.TensorInfo, g: ConvGeometry): SpreadInput {
  const height = (g.oh - 1) * g.strideH + g.kh;
  const width = (g.ow - 1) * g.strideW + g.kw;
  const group = Math.ceil(width / g.strideW) * g.n;
  const row = group * g.strideW;
  // One cache line more than needed: with a power of two, the writes to all channels would meet in one cache set.
  const channel = height * row + 16;
  const tensor = allocate(backend, [g.ci * channel]);
  const heap = heapOf(backend);
  const to = offsetOf(backend, tensor);
  const from = offsetOf(backend, x);
  heap.fill(0, to, to + g.ci * channel);
  const lastRow = Math.min(g.h, height - g.top);
  const lastColumn = Math.min(g.w, width - g.left);
  for (let h = 0; h < lastRow; h++) {
    for (let w = 0; w < lastColumn; w++) {
      const j = w + g.left;
      const target = to + (h + g.top) * row + (j % g.strideW) * group + Math.floor(j / g.strideW) * g.n;
      for (let n = 0; n < g.n; n++) {
        const source = from + ((n * g.h + h) * g.w + w) * g.ci;
        for (let c = 0, t = target + n; c < g.ci; c++, t += channel) heap[t] = heap[source + c]!;
      }
    }
  }
  return { tensor, channel, row, group };
}

/** Rows [kh, kw, ci] of the input values that meet one filter value, columns [oh, ow, n]. */
function fillLeft(
  backend: WasmBackend,
  left: tf.TensorInfo,
  spread: SpreadInput,
  g: ConvGeometry,
  firstRow: number,
  depth: number,
): void {
  const heap = heapOf(backend);
  const base = offsetOf(backend, spread.tensor);
  const run = g.ow * g.n;
  let to = offsetOf(backend, left);
  for (let kh = 0; kh < g.kh; kh++) {
    for (let kw = 0; kw < g.kw; kw++) {
      const column = (kw % g.strideW) * spread.group + Math.floor(kw / g.strideW) * g.n;
      for (let c = 0; c < g.ci; c++) {
        let from = base + c * spread.channel + (firstRow * g.strideH + kh) * spread.row + column;
        for (const end = to + depth; to < end; to += run, from += g.strideH * spread.row) copyRun(heap, to, from, run);
      }
    }
  }
}

/** The rows of dy from `firstRow` on as [oh, ow, n, co]. */
function fillRight(
  backend: WasmBackend,
  right: tf.TensorInfo,
  dy: tf.TensorInfo,
  g: ConvGeometry,
  firstRow: number,
  depth: number,
): void {
  const heap = heapOf(backend);
  const positions = depth / g.n;
  const base = offsetOf(backend, right);
  for (let n = 0; n < g.n; n++) {
    let from = offsetOf(backend, dy) + (n * g.oh + firstRow) * g.ow * g.co;
    let to = base + n * g.co;
    for (let p = 0; p < positions; p++, from += g.co, to += g.n * g.co) copyRun(heap, to, from, g.co);
  }
}

function addTo(backend: WasmBackend, sum: tf.TensorInfo, term: tf.TensorInfo): void {
  const heap = heapOf(backend);
  const to = offsetOf(backend, sum);
  const from = offsetOf(backend, term);
  const size = tf.util.sizeFromShape(sum.shape);
  for (let i = 0; i < size; i++) heap[to + i] = heap[to + i]! + heap[from + i]!;
}
