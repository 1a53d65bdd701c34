// @ts-check

/**
 * Median, smallest and largest of some numbers, to 6 digits.
 *
 * @param {readonly number[]} values at least one
 */
export function summarise(values) {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) throw new RangeError("There is no median of no numbers.");
  const at = (/** @type {number} */ index) => /** @type {number} */ (sorted[index]);
  const half = sorted.length / 2;
  const median = (at(Math.ceil(half) - 1) + at(Math.floor(half))) / 2;
  const round = (/** @type {number} */ value) => Number(value.toPrecision(6));
  return { median: round(median), min: round(at(0)), max: round(at(sorted.length - 1)) };
}
