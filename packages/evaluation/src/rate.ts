/** A share of n samples, with its 95 % confidence interval (Wilson). */
export interface Rate {
  readonly value: number;
  readonly count: number;
  readonly n: number;
  readonly low: number;
  readonly high: number;
}

/**
 * `count` of `n` as a {@link Rate}. Wilson's score interval keeps its coverage for few samples and for shares of 0 and 1,
 * where the usual one collapses.
 *
 * @see Wilson: "Probable inference, the law of succession, and statistical inference" (1927)
 */
export function rate(count: number, n: number): Rate {
  if (n === 0) return { value: 0, count, n, low: 0, high: 1 };
  const p = count / n;
  const center = p + (QUANTILE * QUANTILE) / (2 * n);
  const spread = QUANTILE * Math.sqrt((p * (1 - p)) / n + (QUANTILE * QUANTILE) / (4 * n * n));
  const scale = 1 + (QUANTILE * QUANTILE) / n;
  // At 0 and n the formula gives the bound itself up to rounding.
  const low = count === 0 ? 0 : (center - spread) / scale;
  const high = count === n ? 1 : (center + spread) / scale;
  return { value: p, count, n, low, high };
}

/** The 0.975 quantile of the normal distribution: intervals of 95 %. */
export const QUANTILE = 1.959963984540054;
