// The k-th largest of few values, or of any, by integers in the order of the floats.

/** How many values are few enough to be compared with each other. */
export const FEW = 64;

/** As {@link select}, whatever the values are. */
export function selectByKeys(values: usize, count: i32, k: i32, histogram: usize): f32 {
  while (count > FEW) {
    const end = values + ((<usize>count) << 2);
    let smallest = i32.MAX_VALUE;
    let largest = i32.MIN_VALUE;
    for (let place = values; place < end; place += 4) {
      const key = keyOf(load<i32>(place));
      smallest = min(smallest, key);
      largest = max(largest, key);
    }
    if (smallest == largest) return load<f32>(values);
    const shift = bucketShift(smallest, largest, count);
    countBuckets(values, count, smallest, shift, histogram, true);
    let bucket = <u32>(largest - smallest) >> shift;
    let inBucket = load<i32>(histogram + ((<usize>bucket) << 2));
    while (inBucket < k) {
      k -= inBucket;
      bucket--;
      inBucket = load<i32>(histogram + ((<usize>bucket) << 2));
    }
    let to = values;
    for (let place = values; place < end; place += 4) {
      const value = load<i32>(place);
      store<i32>(to, value);
      to += <usize>((<u32>(keyOf(value) - smallest)) >> shift == bucket) << 2;
    }
    count = inBucket;
  }
  return selectAmongFew(values, count, k);
}

/** By how many bits to shift the distance to the smallest key, so that there are about twice as many buckets as values. */
// @ts-ignore: decorator
@inline
export function bucketShift(smallest: i32, largest: i32, count: i32): u32 {
  const most = min(10, 33 - clz<u32>(<u32>count));
  const bits = 32 - clz<u32>(<u32>(largest - smallest));
  return max(0, bits - most);
}

/** Counts keys, or floats by their keys, per bucket of keys from the smallest on. */
// @ts-ignore: decorator
@inline
export function countBuckets(from: usize, count: i32, smallest: i32, shift: u32, histogram: usize, floats: bool): void {
  const most = min(10, 33 - clz<u32>(<u32>count));
  memory.fill(histogram, 0, 4 << most);
  const end = from + ((<usize>count) << 2);
  for (; from < end; from += 4) {
    const key = floats ? keyOf(load<i32>(from)) : load<i32>(from);
    const bucket = histogram + ((<usize>((<u32>(key - smallest)) >> shift)) << 2);
    store<i32>(bucket, load<i32>(bucket) + 1);
  }
}

/** Integers in the order of the floats with these bits. */
// @ts-ignore: decorator
@inline
export function keyOf(bits: i32): i32 {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

/** The float with this key; an infinity instead of NaN. */
export function floatOf(key: i32): f32 {
  if (key > 0x7f800000) return Infinity;
  if (key < keyOf(0xff800000)) return -Infinity;
  return reinterpret<f32>(keyOf(key));
}

/** By counting, for each, how many are larger. */
function selectAmongFew(values: usize, count: i32, k: i32): f32 {
  const end = values + ((<usize>count) << 2);
  // Nothing is larger than, or equal to, NaN.
  for (let i = 0; i < 12; i += 4) store<f32>(end + i, NaN);
  for (let place = values; place < end; place += 4) {
    const value = v128.load_splat<f32>(place);
    let larger = i32x4.splat(0);
    let equal = i32x4.splat(0);
    for (let other = values; other < end; other += 16) {
      const others = v128.load(other);
      larger = i32x4.sub(larger, f32x4.gt(others, value));
      equal = i32x4.sub(equal, f32x4.eq(others, value));
    }
    const above = sum(larger);
    if (above < k && k <= above + sum(equal)) return load<f32>(place);
  }
  return NaN;
}

// @ts-ignore: decorator
@inline
export function sum(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}
