/*
 * What the kernels share. WGSL promises little about floats: subnormal numbers may count as 0, and a shader may take it that
 * there are no infinities and NaNs. So values are loaded as integers, compared as integers and copied as integers; only the
 * gate's gradient computes with floats, and it looks at the bits first.
 */

/** Threads of a workgroup, and bins of a histogram of one byte. WebGPU promises 256 of them. */
export const THREADS = 256;

/**
 * Rows of at most so many values are computed a value a thread: each looks at its whole row, which takes fewer steps than for
 * the threads of a workgroup to work together.
 */
export const SMALL = 128;

/** How many workgroups compute rows of `size` values. */
export function workgroupsFor(rows: number, size: number): number {
  return size <= SMALL ? Math.ceil((rows * size) / THREADS) : rows;
}

/** Integers of the floats' order, by their bits. */
export const KEYS = /* wgsl */ `
const NAN = 0x7fc00000u;
const INFINITY = 0x7f800000u;
const PLUS_ZERO = 0x80000000u;

fn magnitude(bits: u32) -> u32 { return bits & 0x7fffffffu; }

// a < b as floats exactly when keyOf(a) < keyOf(b), but -0 comes just below +0.
fn keyOf(bits: u32) -> u32 { return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u); }
fn bitsOf(key: u32) -> u32 { return select(~key, key & 0x7fffffffu, key >= 0x80000000u); }

fn isNan(bits: u32) -> bool { return magnitude(bits) > INFINITY; }

// The least key that reaches a threshold: -0 and +0 are equal as floats, and tie.
fn limitOf(thresholdKey: u32) -> u32 { return select(thresholdKey, PLUS_ZERO - 1u, thresholdKey == PLUS_ZERO); }
fn reaches(bits: u32, threshold: u32) -> bool { return !isNan(bits) && keyOf(bits) >= limitOf(keyOf(threshold)); }
`;

/** The number of this workgroup, wherever it was laid out. */
export const WORKGROUP = /* wgsl */ `
fn workgroupNumber(id: vec3u, count: vec3u) -> u32 { return id.y * count.x + id.x; }
`;

/** More inputs of an entry point: the number of a thread in its subgroup, and how many are in that. */
export const LANE_INPUTS = ", @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) lanes: u32";

/** The bits of a number as a 32-bit float. */
export function floatBits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}

/** How many rows a tensor of such a shape has, and how many values each. */
export function rowsOf(shape: readonly number[]): { rows: number; size: number } {
  const [rows, ...rest] = shape as [number, ...number[]];
  return { rows, size: rest.reduce((product, length) => product * length, 1) };
}
