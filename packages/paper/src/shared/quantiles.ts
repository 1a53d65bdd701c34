/** Linear between neighbours; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  return below + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? Number.NaN) - below);
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A point of a line with the quartiles around it: `[x, median, lower, upper]`. */
export function medianPoint(x: number, values: readonly number[]): readonly [number, number, number, number] {
  return [x, median(values), quantile(values, 0.25), quantile(values, 0.75)];
}
