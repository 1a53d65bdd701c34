import type { WebgpuKernel } from "@kwta/backend";
import { floatBits, KEYS, LANE_INPUTS, rowsOf, SMALL, THREADS, WORKGROUP, workgroupsFor } from "./wgsl.ts";

/**
 * `KwtaGateGrad`: `dy` times the derivative of `x * sigmoid((x - t) / (T s))`, t (the threshold) and s (the standard deviation
 * of the sample's values) constant. The exact gradient where `T s` is not a positive finite number, or less than 2^-100 of the
 * sample's largest value, where the two differ at the threshold alone.
 *
 * One workgroup computes a sample, or each thread one value of a small one. Values are scaled by a power of two to at most 4,
 * which keeps every step far from the largest floats. Sums are those of 256 threads, added up in a tree, whatever the batch.
 */
export const kwtaGateGradKernel: WebgpuKernel = {
  kernelName: "KwtaGateGrad",
  inputNames: ["dy", "x", "threshold"],
  outputShapes: ([dy]) => [[...dy!]],
  code: ({ subgroups }) => /* wgsl */ `
${subgroups ? "enable subgroups;" : ""}
${KEYS}
${WORKGROUP}
struct Parameters { rows: u32, size: u32, temperature: f32 }
@group(0) @binding(0) var<storage, read> dy: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read> threshold: array<u32>;
@group(0) @binding(3) var<storage, read_write> dx: array<u32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

// Of a row: what its values are multiplied by, its threshold and T s after that; not usable where the gate has no slope.
struct Gate { unit: f32, threshold: f32, scale: f32, usable: bool }

fn unitOf(largest: u32) -> f32 { return bitcast<f32>((254u - clamp(largest >> 23u, 1u, 253u)) << 23u); }

fn passGate(i: u32, gate: Gate, bound: u32) {
  if (!gate.usable) {
    dx[i] = select(select(0u, dy[i], reaches(x[i], bound)), NAN, isNan(bound));
    return;
  }
  let value = bitcast<f32>(x[i]) * gate.unit;
  let u = (value - gate.threshold) / gate.scale;
  // Of -|u|, so that the exponential never overflows; below -87 it is 0 for 32-bit floats.
  let e = exp(max(-abs(u), -87.0));
  let r = 1.0 / (1.0 + e);
  let slope = select(r, e * r, u < 0.0) + value / gate.scale * (e * r * r);
  dx[i] = bitcast<u32>(bitcast<f32>(dy[i]) * slope);
}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) thread: u32${subgroups ? LANE_INPUTS : ""}) {
  let number = workgroupNumber(id, count);
  if (parameters.size <= ${SMALL}u) { alone(number * ${THREADS}u + thread); } else { together(number, Thread(thread${subgroups ? ", lane, lanes" : ""})); }
}

fn alone(i: u32) {
  let row = i / parameters.size;
  if (row >= parameters.rows) { return; }
  let start = row * parameters.size;
  let end = start + parameters.size;
  let bound = threshold[row];
  var largest = magnitude(bound);
  for (var j = start; j < end; j++) { largest = max(largest, magnitude(x[j])); }
  if (largest >= INFINITY) {
    passGate(i, Gate(0.0, 0.0, 0.0, false), bound);
    return;
  }
  let unit = unitOf(largest);
  let t = bitcast<f32>(bound) * unit;
  var sum = 0.0;
  // Of the distances to t, one of the values: values that are all equal have exactly no deviation.
  for (var j = start; j < end; j++) { sum += bitcast<f32>(x[j]) * unit - t; }
  let mean = sum / f32(parameters.size);
  var squares = 0.0;
  for (var j = start; j < end; j++) {
    let offset = bitcast<f32>(x[j]) * unit - t - mean;
    squares += offset * offset;
  }
  let scale = parameters.temperature * sqrt(squares / f32(parameters.size));
  passGate(i, Gate(unit, t, scale, scale > 0x1p-100), bound);
}

var<workgroup> largestOfAll: atomic<u32>;
var<workgroup> parts: array<f32, ${THREADS}>;

${subgroups ? IN_STEP : IN_A_TREE}

fn together(row: u32, own: Thread) {
  if (row >= parameters.rows) { return; }
  let thread = own.number;
  let start = row * parameters.size;
  let end = start + parameters.size;
  let bound = threshold[row];
  var largest = magnitude(bound);
  for (var i = start + thread; i < end; i += ${THREADS}u) { largest = max(largest, magnitude(x[i])); }
  ${subgroups ? "largest = subgroupMax(largest);" : ""}
  ${subgroups ? "if (subgroupElect())" : ""} { atomicMax(&largestOfAll, largest); }
  workgroupBarrier();
  let isFinite = atomicLoad(&largestOfAll) < INFINITY;
  let unit = unitOf(atomicLoad(&largestOfAll));
  let t = bitcast<f32>(select(0u, bound, isFinite)) * unit;
  var sum = 0.0;
  if (isFinite) {
    for (var i = start + thread; i < end; i += ${THREADS}u) { sum += bitcast<f32>(x[i]) * unit - t; }
  }
  let mean = total(sum, own) / f32(parameters.size);
  var squares = 0.0;
  if (isFinite) {
    for (var i = start + thread; i < end; i += ${THREADS}u) {
      let offset = bitcast<f32>(x[i]) * unit - t - mean;
      squares += offset * offset;
    }
  }
  let scale = parameters.temperature * sqrt(total(squares, own) / f32(parameters.size));
  let gate = Gate(unit, t, scale, isFinite && scale > 0x1p-100);
  for (var i = start + thread; i < end; i += ${THREADS}u) { passGate(i, gate, bound); }
}
`,
  plan([dy], attributes) {
    const { rows, size } = rowsOf(dy!);
    const temperature = floatBits(attributes["temperature"] as number);
    return { workgroups: workgroupsFor(rows, size), parameters: [rows, size, temperature] };
  },
};

/** The sum of all threads' parts, two by two. */
const IN_A_TREE = /* wgsl */ `
struct Thread { number: u32 }

fn total(part: f32, own: Thread) -> f32 {
  let thread = own.number;
  workgroupBarrier();
  parts[thread] = part;
  for (var step = ${THREADS / 2}u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (thread < step) { parts[thread] += parts[thread + step]; }
  }
  return workgroupUniformLoad(&parts[0]);
}
`;

/**
 * The same by subgroups: each leaves its sum where its first thread's part would be, and adds up all of them. Which threads are
 * in one is the device's, and the same each time.
 */
const IN_STEP = /* wgsl */ `
struct Thread { number: u32, lane: u32, lanes: u32 }

fn total(part: f32, own: Thread) -> f32 {
  workgroupBarrier();
  let sum = subgroupAdd(part);
  parts[own.number] = select(0.0, sum, own.number == subgroupMin(own.number));
  workgroupBarrier();
  var all = 0.0;
  for (var i = own.lane; i < ${THREADS}u; i += own.lanes) { all += parts[i]; }
  return subgroupAdd(all);
}
`;
