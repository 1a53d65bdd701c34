import { BATCH_NORM_TRAINING, BATCH_NORM_TRAINING_GRAD } from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";
import type { WebgpuBackend, WebgpuCall } from "../device/webgpu-backend.ts";
import { dispatch, type Wgsl } from "./dispatch.ts";

/*
 * Batch normalisation by the batch's own statistics; TensorFlow.js's layer makes a dozen tensors as large as the input. A workgroup
 * looks at a block of rows, for some channels side by side as they lie in memory: that they are neighbours counts for more than
 * that threads which run in step could add up at once, who would all have to be of one channel.
 */

/** Channels of a workgroup, and threads that share out the rows of each. */
const [CHANNELS, LANES] = [16, 16];
const THREADS = CHANNELS * LANES;
/** Rows of a workgroup. */
const BLOCK = 1024;

const HEAD = /* wgsl */ `
struct Parameters { rows: u32, channels: u32, blocks: u32, epsilon: f32 }
fn workgroupNumber(id: vec3u, count: vec3u) -> u32 { return id.y * count.x + id.x; }
`;

const MAIN = /* wgsl */ `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) thread: u32)`;

/** Where a thread of a block works: its channel and the rows from `row` to `end`, every ${LANES}th of them. */
const BLOCK_PLACE = /* wgsl */ `
  let number = workgroupNumber(id, count);
  let block = number % parameters.blocks;
  let channel = number / parameters.blocks * ${CHANNELS}u + thread % ${CHANNELS}u;
  let lane = thread / ${CHANNELS}u;
  let end = min(parameters.rows, (block + 1u) * ${BLOCK}u);
  let first = block * ${BLOCK}u + lane;
  let isThere = channel < parameters.channels;
`;

/** How many values, their mean and the squares of the distances to it: of two sets, those of both (Chan, Golub, LeVeque, 1983). */
const MOMENTS = /* wgsl */ `
struct Moments { count: f32, mean: f32, squares: f32 }
fn join(a: Moments, b: Moments) -> Moments {
  let all = a.count + b.count;
  if (all == 0.0) { return a; }
  let distance = b.mean - a.mean;
  let share = b.count / all;
  return Moments(all, a.mean + distance * share, a.squares + b.squares + distance * distance * a.count * share);
}
`;

/** x to the mean and the squares of each block: [blocks, 2, channels]. */
const blockMoments: Wgsl = {
  kernelName: "BatchNormBlockMoments",
  code: /* wgsl */ `
${HEAD}
${MOMENTS}
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> partial: array<f32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;
var<workgroup> parts: array<Moments, ${THREADS}>;

${MAIN} {
  ${BLOCK_PLACE}
  var own = Moments(0.0, 0.0, 0.0);
  if (isThere && first < end) {
    let n = f32((end - first + ${LANES - 1}u) / ${LANES}u);
    var sum = 0.0;
    for (var row = first; row < end; row += ${LANES}u) { sum += x[row * parameters.channels + channel]; }
    let mean = sum / n;
    var squares = 0.0;
    for (var row = first; row < end; row += ${LANES}u) {
      let distance = x[row * parameters.channels + channel] - mean;
      squares += distance * distance;
    }
    own = Moments(n, mean, squares);
  }
  parts[thread] = own;
  workgroupBarrier();
  if (lane > 0u || !isThere) { return; }
  for (var i = 1u; i < ${LANES}u; i++) { own = join(own, parts[i * ${CHANNELS}u + thread]); }
  partial[2u * block * parameters.channels + channel] = own.mean;
  partial[(2u * block + 1u) * parameters.channels + channel] = own.squares;
}
`,
};

/** Those of all blocks to mean and variance, in the order of the blocks. */
const allMoments: Wgsl = {
  kernelName: "BatchNormMoments",
  code: /* wgsl */ `
${HEAD}
${MOMENTS}
@group(0) @binding(0) var<storage, read> partial: array<f32>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;
@group(0) @binding(2) var<storage, read_write> variance: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

${MAIN} {
  let channel = workgroupNumber(id, count) * ${THREADS}u + thread;
  if (channel >= parameters.channels) { return; }
  var all = Moments(0.0, 0.0, 0.0);
  for (var block = 0u; block < parameters.blocks; block++) {
    let n = f32(min(parameters.rows, (block + 1u) * ${BLOCK}u) - block * ${BLOCK}u);
    let at = 2u * block * parameters.channels + channel;
    all = join(all, Moments(n, partial[at], partial[at + parameters.channels]));
  }
  mean[channel] = all.mean;
  variance[channel] = all.squares / all.count;
}
`,
};

const normalise: Wgsl = {
  kernelName: "BatchNormNormalise",
  code: /* wgsl */ `
${HEAD}
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> mean: array<f32>;
@group(0) @binding(2) var<storage, read> variance: array<f32>;
@group(0) @binding(3) var<storage, read> scale: array<f32>;
@group(0) @binding(4) var<storage, read> offset: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

${MAIN} {
  let i = workgroupNumber(id, count) * ${THREADS}u + thread;
  if (i >= parameters.rows * parameters.channels) { return; }
  let c = i % parameters.channels;
  y[i] = (x[i] - mean[c]) * (scale[c] / sqrt(variance[c] + parameters.epsilon)) + offset[c];
}
`,
};

/** The sums of dy and of dy (x - mean) of each block: [blocks, 2, channels]. */
const blockSums: Wgsl = {
  kernelName: "BatchNormBlockSums",
  code: /* wgsl */ `
${HEAD}
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> mean: array<f32>;
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;
var<workgroup> parts: array<vec2f, ${THREADS}>;

${MAIN} {
  ${BLOCK_PLACE}
  var own = vec2f(0.0);
  if (isThere) {
    let middle = mean[channel];
    for (var row = first; row < end; row += ${LANES}u) {
      let at = row * parameters.channels + channel;
      own += dy[at] * vec2f(1.0, x[at] - middle);
    }
  }
  parts[thread] = own;
  workgroupBarrier();
  if (lane > 0u || !isThere) { return; }
  for (var i = 1u; i < ${LANES}u; i++) { own += parts[i * ${CHANNELS}u + thread]; }
  partial[2u * block * parameters.channels + channel] = own.x;
  partial[(2u * block + 1u) * parameters.channels + channel] = own.y;
}
`,
};

/** Those of all blocks, and the variance, to the gradients by scale and offset. */
const allSums: Wgsl = {
  kernelName: "BatchNormSums",
  code: /* wgsl */ `
${HEAD}
@group(0) @binding(0) var<storage, read> partial: array<f32>;
@group(0) @binding(1) var<storage, read> variance: array<f32>;
@group(0) @binding(2) var<storage, read_write> byScale: array<f32>;
@group(0) @binding(3) var<storage, read_write> byOffset: array<f32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

${MAIN} {
  let channel = workgroupNumber(id, count) * ${THREADS}u + thread;
  if (channel >= parameters.channels) { return; }
  var all = vec2f(0.0);
  for (var block = 0u; block < parameters.blocks; block++) {
    let at = 2u * block * parameters.channels + channel;
    all += vec2f(partial[at], partial[at + parameters.channels]);
  }
  byOffset[channel] = all.x;
  byScale[channel] = all.y / sqrt(variance[channel] + parameters.epsilon);
}
`,
};

/** `a (dy - mean(dy) - (x - mean) r^2 mean(dy (x - mean)))`, with a = scale r and r = 1 / sqrt(variance + epsilon). */
const gradient: Wgsl = {
  kernelName: "BatchNormGradient",
  code: /* wgsl */ `
${HEAD}
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> mean: array<f32>;
@group(0) @binding(3) var<storage, read> variance: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read> byScale: array<f32>;
@group(0) @binding(6) var<storage, read> byOffset: array<f32>;
@group(0) @binding(7) var<storage, read_write> dx: array<f32>;
@group(0) @binding(8) var<uniform> parameters: Parameters;

${MAIN} {
  let i = workgroupNumber(id, count) * ${THREADS}u + thread;
  if (i >= parameters.rows * parameters.channels) { return; }
  let c = i % parameters.channels;
  let r = 1.0 / sqrt(variance[c] + parameters.epsilon);
  let n = f32(parameters.rows);
  dx[i] = scale[c] * r * (dy[i] - byOffset[c] / n - (x[i] - mean[c]) * r * (byScale[c] / n));
}
`,
};

/** Sizes of one call. */
class Work {
  readonly rows: number;
  readonly channels: number;
  readonly blocks: number;
  private readonly parameters: readonly number[];
  private readonly backend: WebgpuBackend;

  constructor(backend: WebgpuBackend, x: tf.TensorInfo, epsilon: number) {
    this.backend = backend;
    this.channels = x.shape.at(-1)!;
    this.rows = tf.util.sizeFromShape(x.shape) / this.channels;
    this.blocks = Math.ceil(this.rows / BLOCK);
    const bits = new Uint32Array(Float32Array.of(epsilon).buffer)[0]!;
    this.parameters = [this.rows, this.channels, this.blocks, bits];
  }

  make(shape: readonly number[]): tf.TensorInfo {
    return this.backend.makeTensorInfo([...shape], "float32");
  }

  perChannel(): tf.TensorInfo {
    return this.make([this.channels]);
  }

  run(kernel: Wgsl, tensors: readonly tf.TensorInfo[], workgroups: number): void {
    dispatch(kernel, this.backend, tensors, { workgroups, parameters: this.parameters });
  }

  /** One number for each block and channel and two purposes. */
  byBlocks(kernel: Wgsl, inputs: readonly tf.TensorInfo[]): tf.TensorInfo {
    const partial = this.make([this.blocks, 2, this.channels]);
    this.run(kernel, [...inputs, partial], this.blocks * Math.ceil(this.channels / CHANNELS));
    return partial;
  }

  byChannels(kernel: Wgsl, tensors: readonly tf.TensorInfo[]): void {
    this.run(kernel, tensors, Math.ceil(this.channels / THREADS));
  }

  byValues(kernel: Wgsl, tensors: readonly tf.TensorInfo[]): void {
    this.run(kernel, tensors, Math.ceil((this.rows * this.channels) / THREADS));
  }
}

type Inputs<Name extends string> = Record<Name, tf.TensorInfo>;

function training({ inputs, backend, attrs = {} }: WebgpuCall): tf.TensorInfo[] {
  const { x, scale, offset } = inputs as Inputs<"x" | "scale" | "offset">;
  const work = new Work(backend, x, attrs["epsilon"] as number);
  const [y, mean, variance] = [work.make(x.shape), work.perChannel(), work.perChannel()];
  const partial = work.byBlocks(blockMoments, [x]);
  work.byChannels(allMoments, [partial, mean, variance]);
  backend.disposeData(partial.dataId);
  work.byValues(normalise, [x, mean, variance, scale, offset, y]);
  return [y, mean, variance];
}

function trainingGradient({ inputs, backend, attrs = {} }: WebgpuCall): tf.TensorInfo[] {
  const { dy, x, mean, variance, scale } = inputs as Inputs<"dy" | "x" | "mean" | "variance" | "scale">;
  const work = new Work(backend, x, attrs["epsilon"] as number);
  const [dx, byScale, byOffset] = [work.make(x.shape), work.perChannel(), work.perChannel()];
  const partial = work.byBlocks(blockSums, [dy, x, mean]);
  work.byChannels(allSums, [partial, variance, byScale, byOffset]);
  backend.disposeData(partial.dataId);
  work.byValues(gradient, [dy, x, mean, variance, scale, byScale, byOffset, dx]);
  return [dx, byScale, byOffset];
}

/** The kernels of batch-norm-layer.ts of `@kwta/backend`. */
export const BATCH_NORM: Readonly<Record<string, (call: WebgpuCall) => tf.TensorInfo[]>> = {
  [BATCH_NORM_TRAINING]: training,
  [BATCH_NORM_TRAINING_GRAD]: trainingGradient,
};
