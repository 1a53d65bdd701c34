/*
 * Selection on integers of the floats' order. All loops over values stand in this one file, so that the small functions
 * in them are inlined, by whatever means it is loaded.
 */

/** The same memory as 32-bit integers: bits are compared and copied, never computed with. */
export function bitsOf(values: Float32Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}

/**
 * The bits of a float as an integer of the same order: `a < b` as floats exactly when `key(a) < key(b)`, but -0 comes
 * just below +0. Its own inverse.
 */
export function orderedKey(bits: number): number {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

/**
 * The {@link orderedKey} of the k-th largest of the floats whose bits are `bits[start .. end - 1]`, or NaN when one of
 * them is a NaN. Exact and in linear time: a radix select on digits of 11, 11 and 10 bits, the first over all values,
 * the others over those that share the digits found so far.
 */
export function kthLargestKey(bits: Int32Array, start: number, end: number, k: number): number {
  histogram.fill(0);
  for (let i = start; i < end; i++) histogram[(orderedKey(bits[i]!) >> 21) + 1024]!++;
  if (holdsNaN(bits, start, end)) return NaN;
  const top = findDigit(2047, k) - 1024;

  if (candidates.length < found.count) candidates = new Int32Array(2 * found.count);
  let count = 0;
  for (let i = start; i < end; i++) {
    const key = orderedKey(bits[i]!);
    if (key >> 21 === top) candidates[count++] = key;
  }

  histogram.fill(0);
  for (let i = 0; i < count; i++) histogram[(candidates[i]! >>> 10) & 2047]!++;
  const middle = findDigit(2047, found.rank);

  histogram.fill(0, 0, 1024);
  for (let i = 0; i < count; i++) {
    const key = candidates[i]!;
    if (((key >>> 10) & 2047) === middle) histogram[key & 1023]!++;
  }
  return (top << 21) | (middle << 10) | findDigit(1023, found.rank);
}

/** Copies the values whose key is at least `key`; the others become 0. */
export function copyAtLeast(key: number, from: Int32Array, to: Int32Array, start: number, end: number): void {
  // -0 and +0 are equal as floats and tie; as keys -0 is one less.
  const limit = key === 0 ? -1 : key;
  for (let i = start; i < end; i++) {
    const bits = from[i]!;
    to[i] = orderedKey(bits) >= limit ? bits : 0;
  }
}

// Scratch that all calls share: a kernel runs to its end before the next one starts.
const histogram = new Int32Array(2048);
let candidates = new Int32Array(4096);
/** Of the digit found last: how many values have it, and the rank among them of the one sought. */
const found = { count: 0, rank: 0 };

/** The digit of the `rank`-th largest value by the histogram, whose largest digit is `digit`. */
function findDigit(digit: number, rank: number): number {
  while (histogram[digit]! < rank) rank -= histogram[digit--]!;
  found.count = histogram[digit]!;
  found.rank = rank;
  return digit;
}

/** Only the digits at both ends can be NaN; they are shared with the infinities, so a hit is looked at closely. */
function holdsNaN(bits: Int32Array, start: number, end: number): boolean {
  let suspects = 0;
  for (let digit = 0; digit < 4; digit++) suspects += histogram[digit]! + histogram[2047 - digit]!;
  if (suspects === 0) return false;
  for (let i = start; i < end; i++) if ((bits[i]! & 0x7fffffff) > 0x7f800000) return true;
  return false;
}
