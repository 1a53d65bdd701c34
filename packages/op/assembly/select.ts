import { bucketShift, countBuckets, FEW, floatOf, keyOf, selectByKeys, sum } from "./select-by-keys";

/*
 * AssemblyScript, not TypeScript. The k-th largest of n floats, exactly: first two bounds between which it probably lies,
 * from a sample of the values or from the sample before; then one pass over all, which counts those above and gathers those
 * between; among these few it is found. Where the bounds were wrong, all values are gathered. Comparisons are those of
 * floats, so -0 and 0 are equal.
 */

/** Standard deviations between the rank that is sought and the bounds. */
const MARGIN: f32 = 2.6;
/** How many values the bounds are taken from at most, and where rows are too short for that. */
const MOST_SAMPLED: i32 = 1024;
const SHORT = 128;
/** Up to this length, the bounds come from the row before where there is one. */
const MEDIUM = 16384;

/** Layout of the memory of {@link kthLargest}; from VALUES on there is room for 2 n + 12 floats. */
const ABOVE = 0;
const HAS_NAN = 4;
const LOW = 8;
const HIGH = 12;
/** The bounds of the row before are usable. */
const KNOWN = 16;
/** From the smallest to the largest sample. */
const SPREAD = 20;
/** Which rows the bounds are of. */
const KIND = 24;
/** For each set of lanes, which bytes to move to the front: 16 entries of 16 bytes. */
const FRONT = 32;
const HISTOGRAM = FRONT + 256;
const VALUES = HISTOGRAM + 4 * 1024;

/**
 * Gets the memory ready for {@link kthLargest} on rows of one kind. Bounds that earlier rows of the same kind left there are
 * used again: they only have to be good guesses.
 */
export function prepare(kind: i32, scratch: usize): void {
  if (load<i32>(scratch, KIND) != kind) {
    store<i32>(scratch, kind, KIND);
    store<i32>(scratch, 0, KNOWN);
  }
  for (let lanes = 0; lanes < 16; lanes++) {
    let to = scratch + FRONT + <usize>(lanes << 4);
    for (let lane = 0; lane < 4; lane++) {
      store<i32>(to, 0x03020100 + 0x04040404 * lane);
      to += <usize>((lanes >> lane) & 1) << 2;
    }
  }
}

/** The k-th largest of n floats; NaN when there is a NaN among them. */
export function kthLargest(x: usize, n: i32, k: i32, scratch: usize): f32 {
  if (n > SHORT) {
    if (n <= MEDIUM && load<i32>(scratch, KNOWN)) {
      const found = findBetween(x, n, k, scratch);
      if (load<i32>(scratch, KNOWN)) return found;
    }
    boundBySample(x, n, k, scratch);
    const found = findBetween(x, n, k, scratch);
    if (load<i32>(scratch, KNOWN)) return found;
  }
  store<f32>(scratch, -Infinity, LOW);
  store<f32>(scratch, Infinity, HIGH);
  const found = findBetween(x, n, k, scratch);
  store<i32>(scratch, 0, KNOWN);
  return found;
}

/**
 * Leaves two bounds between which the k-th largest probably lies.
 *
 * Samples are spread by the golden ratio: a fixed step would meet the same channel again and again.
 */
function boundBySample(x: usize, n: i32, k: i32, scratch: usize): void {
  const sampled = min(MOST_SAMPLED, n >> 4);
  const keys = scratch + VALUES;
  let smallest = i32.MAX_VALUE;
  let largest = i32.MIN_VALUE;
  for (let i = 0; i < sampled; i++) {
    const index = (<u64>(<u32>i * 0x9e3779b1) * <u64>n) >> 32;
    const key = keyOf(load<i32>(x + ((<usize>index) << 2)));
    store<i32>(keys + ((<usize>i) << 2), key);
    smallest = min(smallest, key);
    largest = max(largest, key);
  }
  const shift = bucketShift(smallest, largest, sampled);
  countBuckets(keys, sampled, smallest, shift, scratch + HISTOGRAM, false);
  const share = <f32>k / <f32>n;
  const margin = MARGIN * sqrt<f32>(share * (1 - share) * <f32>sampled) + 1;
  const first = <i32>floor<f32>(share * <f32>sampled - margin);
  const last = <i32>ceil<f32>(share * <f32>sampled + margin);
  let bucket = <u32>(largest - smallest) >> shift;
  let rank = load<i32>(scratch + HISTOGRAM + ((<usize>bucket) << 2));
  while (rank < first) rank += load<i32>(scratch + HISTOGRAM + ((<usize>(--bucket)) << 2));
  // The largest and the smallest key of a bucket.
  const high = min<i64>(<i64>smallest + (<i64>(bucket + 1) << shift) - 1, largest);
  while (rank < last && bucket > 0) rank += load<i32>(scratch + HISTOGRAM + ((<usize>(--bucket)) << 2));
  const low = <i64>smallest + (<i64>bucket << shift);
  store<f32>(scratch, floatOf(largest) - floatOf(smallest), SPREAD);
  store<f32>(scratch, first < 1 ? Infinity : floatOf(<i32>high), HIGH);
  store<f32>(scratch, last > sampled ? -Infinity : floatOf(<i32>low), LOW);
}

/** The k-th largest if it lies between the bounds, which then become those for the next row. Else KNOWN is 0. */
function findBetween(x: usize, n: i32, k: i32, scratch: usize): f32 {
  const low = load<f32>(scratch, LOW);
  const high = load<f32>(scratch, HIGH);
  const count = gather(x, n, low, high, scratch + VALUES, scratch);
  store<i32>(scratch, 1, KNOWN);
  if (load<i32>(scratch, HAS_NAN)) return NaN;
  const rest = k - load<i32>(scratch, ABOVE);
  if (rest < 1 || rest > count) {
    store<i32>(scratch, 0, KNOWN);
    return NaN;
  }
  const found = select(scratch + VALUES, count, rest, low, high, scratch);
  if (n <= MEDIUM) {
    // Wide enough for the row after, when its values are like these.
    const share = <f32>k / <f32>n;
    const wanted: f32 = <f32>2 * MARGIN * sqrt<f32>(share * (1 - share) * <f32>n) + 8;
    let width = (high - low) * min<f32>(2, max<f32>(0.5, wanted / <f32>count));
    if (!(width < Infinity)) width = (load<f32>(scratch, SPREAD) * <f32>1.3 * wanted) / <f32>n;
    store<f32>(scratch, found - width / 2, LOW);
    store<f32>(scratch, found + width / 2, HIGH);
  }
  return found;
}

/**
 * Copies the values from `low` to `high` to `to`, and returns how many; leaves at `scratch` how many are above, and whether
 * any is NaN. Without a branch: whether a value is copied is hard to foresee. May write 16 bytes more.
 */
function gather(x: usize, n: i32, low: f32, high: f32, to: usize, scratch: usize): i32 {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const front = scratch + FRONT;
  const start = to;
  const end = x + ((<usize>n) << 2);
  let above = i32x4.splat(0);
  let nans = i32x4.splat(0);
  for (; x + 16 <= end; x += 16) {
    const value = v128.load(x);
    const isAbove = f32x4.gt(value, highs);
    above = i32x4.sub(above, isAbove);
    nans = v128.or(nans, f32x4.ne(value, value));
    const lanes = i32x4.bitmask(v128.andnot(f32x4.ge(value, lows), isAbove));
    v128.store(to, toFront(value, v128.load(front + <usize>(lanes << 4))));
    to += <usize>i32.popcnt(lanes) << 2;
  }
  let count = sum(above);
  let hasNaN = v128.any_true(nans);
  for (; x < end; x += 4) {
    const value = load<f32>(x);
    if (value != value) hasNaN = true;
    if (value > high) count++;
    else if (value >= low) {
      store<f32>(to, value);
      to += 4;
    }
  }
  store<i32>(scratch, count, ABOVE);
  store<i32>(scratch, hasNaN ? 1 : 0, HAS_NAN);
  return <i32>((to - start) >> 2);
}

// @ts-ignore: decorator
@inline
function toFront(value: v128, bytes: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i8x16.relaxed_swizzle(value, bytes);
  return i8x16.swizzle(value, bytes);
}

/**
 * The k-th largest of some floats without NaN between two bounds, which it moves about. There must be room for as many more,
 * and three.
 *
 * Between close bounds values lie fairly evenly, which tells about where the one sought is: the more of them, the better,
 * by the root of their number.
 */
function select(values: usize, count: i32, k: i32, low: f32, high: f32, scratch: usize): f32 {
  while (count > FEW) {
    const width = high - low;
    if (!(width > 0 && width < Infinity)) break;
    const center = high - (width * (<f32>k - 0.5)) / <f32>count;
    const half = width * (<f32>0.15 + <f32>1.5 / sqrt<f32>(<f32>count));
    const newLow = max<f32>(low, center - half);
    const newHigh = min<f32>(high, center + half);
    const to = values + ((<usize>count) << 2);
    const kept = gather(values, count, newLow, newHigh, to, scratch);
    const rest = k - load<i32>(scratch, ABOVE);
    if (rest < 1 || rest > kept || kept > (count >> 1) + (count >> 2)) break;
    values = to;
    count = kept;
    k = rest;
    low = newLow;
    high = newHigh;
  }
  return selectByKeys(values, count, k, scratch + HISTOGRAM);
}
