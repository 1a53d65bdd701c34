import { parseFraction } from "./number.ts";

/**
 * A distance between two inputs: `0.01` or `"2/255"` in units of the data, `"0.1 eps"` as a share of the size of the
 * perturbation.
 */
export type Length = number | string;

/**
 * The number that a length means; NaN when it is none.
 *
 * @param eps what `"eps"` in it stands for
 *
 * @example
 * ```ts
 * parseLength("8/255", 0.1); // 0.0313725...
 * parseLength("0.5 eps", 0.1); // 0.05
 * ```
 */
export function parseLength(length: Length, eps: number): number {
  if (typeof length === "number") return length;
  const relative = /^(.*\S)?\s*eps$/.exec(length.trim());
  return relative === null ? parseFraction(length) : parseFraction(relative[1] ?? "1") * eps;
}
