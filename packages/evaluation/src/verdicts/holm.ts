/**
 * Holm's correction: the p of several tests, each raised so that the chance of any false alarm among all stays what one test's
 * would be. In the order given. Never weaker than Bonferroni's, under the same (no) assumptions.
 *
 * @see Holm: "A simple sequentially rejective multiple test procedure" (1979)
 *
 * @example
 * ```ts
 * holm([0.01, 0.04, 0.03]); // [0.03, 0.06, 0.06]
 * ```
 */
export function holm(ps: readonly number[]): number[] {
  const adjusted = [...ps];
  const rising = [...ps.keys()].sort((a, b) => ps[a]! - ps[b]!);
  let highest = 0;
  for (const [rank, i] of rising.entries()) {
    highest = Math.max(highest, Math.min(1, (ps.length - rank) * ps[i]!));
    adjusted[i] = highest;
  }
  return adjusted;
}
