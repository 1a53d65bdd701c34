import type { WebgpuKernel } from "@kwta/backend";
import { KEYS, LANE_INPUTS, rowsOf, SMALL, THREADS, WORKGROUP, workgroupsFor } from "./wgsl.ts";

/** Groups of bins, of as many bins each. */
const GROUPS = Math.sqrt(THREADS);

/**
 * `Kwta`: x [batch, ...] and k to the output and the threshold per sample, [batch]. One workgroup finds the threshold of a
 * sample by radix select, a byte at a time from the highest: four times it counts, in its own memory, the digits of the values
 * that share the bytes found so far. Exact, in five passes over the sample, whatever its numbers are. In a small sample each
 * value counts by itself how many are larger.
 */
export const kwtaKernel: WebgpuKernel = {
  kernelName: "Kwta",
  inputNames: ["x"],
  outputShapes: ([x]) => [[...x!], [x![0]!]],
  code: ({ subgroups }) => /* wgsl */ `
${subgroups ? "enable subgroups;" : ""}
${KEYS}
${WORKGROUP}
struct Parameters { rows: u32, size: u32, k: u32 }
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> y: array<u32>;
@group(0) @binding(2) var<storage, read_write> threshold: array<u32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

var<workgroup> histogram: array<atomic<u32>, ${THREADS}>;
var<workgroup> spoilt: atomic<u32>;
${subgroups ? IN_STEP : BY_ONE}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) thread: u32${subgroups ? LANE_INPUTS : ""}) {
  let number = workgroupNumber(id, count);
  if (parameters.size <= ${SMALL}u) { byRank(number * ${THREADS}u + thread); } else { byDigits(number, Thread(thread${subgroups ? ", lane, lanes" : ""})); }
}

fn byRank(i: u32) {
  let row = i / parameters.size;
  if (row >= parameters.rows) { return; }
  let own = x[i];
  let limit = limitOf(keyOf(own));
  var larger = 0u;
  var atLeast = 0u;
  var spoils = false;
  for (var j = row * parameters.size; j < (row + 1u) * parameters.size; j++) {
    let key = keyOf(x[j]);
    spoils |= isNan(x[j]);
    larger += select(0u, 1u, limitOf(key) > limit);
    atLeast += select(0u, 1u, key >= limit);
  }
  let wins = larger < parameters.k;
  y[i] = select(select(0u, own, wins), NAN, spoils);
  // Ties all write the same, but for the sign of 0.
  if (spoils || (wins && atLeast >= parameters.k)) { threshold[row] = select(own, NAN, spoils); }
}

fn byDigits(row: u32, own: Thread) {
  if (row >= parameters.rows) { return; }
  let thread = own.number;
  let start = row * parameters.size;
  let end = start + parameters.size;
  var found = Found(0u, parameters.k);

  for (var shift = 24i; shift >= 0; shift -= 8) {
    let at = u32(shift);
    atomicStore(&histogram[thread], 0u);
    workgroupBarrier();
    for (var i = start + thread; i < end; i += ${THREADS}u) {
      let bits = x[i];
      let key = keyOf(bits);
      // In two steps, as all 32 bits cannot be shifted out at once.
      if (((key ^ found.prefix) >> at) >> 8u == 0u) { atomicAdd(&histogram[(key >> at) & 255u], 1u); }
      if (shift == 24 && isNan(bits)) { atomicStore(&spoilt, 1u); }
    }
    workgroupBarrier();
    found = findDigit(found, at, own);
    workgroupBarrier();
  }

  let key = found.prefix;
  if (atomicLoad(&spoilt) != 0u) {
    if (thread == 0u) { threshold[row] = NAN; }
    for (var i = start + thread; i < end; i += ${THREADS}u) { y[i] = NAN; }
    return;
  }
  if (thread == 0u) { threshold[row] = bitsOf(key); }
  let limit = limitOf(key);
  for (var i = start + thread; i < end; i += ${THREADS}u) {
    let bits = x[i];
    y[i] = select(0u, bits, keyOf(bits) >= limit);
  }
}
`,
  plan([x], attributes) {
    const { rows, size } = rowsOf(x!);
    return { workgroups: workgroupsFor(rows, size), parameters: [rows, size, attributes["k"] as number] };
  },
};

/** The bytes found so far, and the rank of the value that is sought among those that share them. */
const FOUND = /* wgsl */ `
struct Found { prefix: u32, rank: u32 }
`;

/** One thread walks from the highest digits downwards, until the one sought is among them: first by groups, then within one. */
const BY_ONE = /* wgsl */ `
${FOUND}
struct Thread { number: u32 }
var<workgroup> groups: array<u32, ${GROUPS}>;
var<workgroup> next: Found;

fn findDigit(sought: Found, at: u32, own: Thread) -> Found {
  let thread = own.number;
  if (thread < ${GROUPS}u) {
    var sum = 0u;
    for (var i = 0u; i < ${GROUPS}u; i++) { sum += atomicLoad(&histogram[thread * ${GROUPS}u + i]); }
    groups[thread] = sum;
  }
  workgroupBarrier();
  if (thread == 0u) {
    var rank = sought.rank;
    var digit = ${THREADS - 1}u;
    while (groups[digit / ${GROUPS}u] < rank) {
      rank -= groups[digit / ${GROUPS}u];
      digit -= ${GROUPS}u;
    }
    while (atomicLoad(&histogram[digit]) < rank) {
      rank -= atomicLoad(&histogram[digit]);
      digit--;
    }
    next = Found(sought.prefix | (digit << at), rank);
  }
  return workgroupUniformLoad(&next);
}
`;

/** The threads of each subgroup share out the bins, from the highest downwards, and all of them learn the digit: none waits for one. */
const IN_STEP = /* wgsl */ `
${FOUND}
struct Thread { number: u32, lane: u32, lanes: u32 }

fn findDigit(sought: Found, at: u32, own: Thread) -> Found {
  let bins = ${THREADS}u / own.lanes;
  var digit = ${THREADS - 1}u - own.lane * bins;
  var sum = 0u;
  for (var i = 0u; i < bins; i++) { sum += atomicLoad(&histogram[digit - i]); }
  let larger = subgroupExclusiveAdd(sum);
  let isHere = larger < sought.rank && sought.rank <= larger + sum;
  var rank = sought.rank - larger;
  if (isHere) {
    while (atomicLoad(&histogram[digit]) < rank) {
      rank -= atomicLoad(&histogram[digit]);
      digit--;
    }
  }
  let found = subgroupMax(select(0u, digit, isHere));
  return Found(sought.prefix | (found << at), subgroupMax(select(0u, rank, isHere)));
}
`;
