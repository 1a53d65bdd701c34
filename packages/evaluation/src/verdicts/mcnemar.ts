/** How two sets of results on the same samples differ. */
export interface Paired {
  readonly n: number;
  /** Samples of which the first says yes and the second no, and the other way round. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

/**
 * McNemar's exact test: how likely a difference at least as large is, of two sets of yes and no on the same samples, if both say
 * yes equally often. Only the samples on which they differ tell anything, and each of these is then a fair coin. Two-sided.
 *
 * @see McNemar: "Note on the sampling error of the difference between correlated proportions or percentages" (1947)
 *
 * @example
 * ```ts
 * mcnemar({ n: 100, onlyFirst: 9, onlySecond: 1 }); // 0.0215
 * ```
 */
export function mcnemar({ onlyFirst, onlySecond }: Paired): number {
  const differing = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  return Math.min(1, 2 * binomialTail(fewer, differing));
}

/** How likely it is that of `n` fair coins at most `k` show heads. */
function binomialTail(k: number, n: number): number {
  let sum = 0;
  // From the logarithms, since 2^-n is 0 for a thousand coins.
  for (let i = 0; i <= k; i++) sum += Math.exp(logChoose(n, i) - n * Math.LN2);
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  let log = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) log += Math.log((n - i + 1) / i);
  return log;
}
