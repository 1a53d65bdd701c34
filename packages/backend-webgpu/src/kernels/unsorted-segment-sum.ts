import * as tf from "@tensorflow/tfjs-core";
import type { WebgpuCall } from "../device/webgpu-backend.ts";
import { dispatch, type Wgsl } from "./dispatch.ts";

const THREADS = 64;

/** One value of the result a thread: it looks at all segment numbers, in their order. */
const segmentSum: Wgsl = {
  kernelName: "UnsortedSegmentSum",
  code: /* wgsl */ `
struct Parameters { rows: u32, columns: u32, length: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> segments: array<i32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) thread: u32) {
  let i = (id.y * count.x + id.x) * ${THREADS}u + thread;
  if (i >= parameters.length) { return; }
  let segment = i32(i / parameters.columns);
  let column = i % parameters.columns;
  var sum = 0.0;
  for (var row = 0u; row < parameters.rows; row++) {
    if (segments[row] == segment) { sum += x[row * parameters.columns + column]; }
  }
  result[i] = sum;
}
`,
};

/**
 * The gradient of `gather`. TensorFlow.js's own adds rows whose segment does not exist to the last one, and adds up in another
 * order each time.
 */
export function unsortedSegmentSum({ inputs, backend, attrs = {} }: WebgpuCall): tf.TensorInfo {
  const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
  const shape = [attrs["numSegments"] as number, ...x.shape.slice(segmentIds.shape.length)];
  const length = tf.util.sizeFromShape(shape);
  const rows = tf.util.sizeFromShape(segmentIds.shape);
  if (length === 0 || rows === 0) return backend.makeTensorInfo(shape, "float32", new Float32Array(length));
  const result = backend.makeTensorInfo(shape, "float32");
  const columns = length / shape[0]!;
  const workgroups = Math.ceil(length / THREADS);
  dispatch(segmentSum, backend, [x, segmentIds, result], { workgroups, parameters: [rows, columns, length] });
  return result;
}
