/**
 * The number below which a standard normal variable lies with this probability, in (0, 1). By halving an interval of the
 * distribution function's series, to the last bits of a 32-bit float.
 */
export function normalQuantile(probability: number): number {
  let [low, high] = [-LARGEST, LARGEST];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Share of a standard normal distribution below z: `1/2 + phi(z) * (z + z^3 / 3 + z^5 / 15 + ...)`. */
function normalShare(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Beyond it lies less than the rounding of a sum near 1. */
const LARGEST = 8;
