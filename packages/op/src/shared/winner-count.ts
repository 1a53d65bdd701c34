import { inputError } from "./errors.ts";

/**
 * How many values win: `k = floor(gamma * size)`.
 *
 * The product is taken in double precision and floored as it is, like the authors' `int(sr * N)`: `gamma = 0.29` of 100
 * values gives 28, since `0.29 * 100` is 28.999999999999996 in doubles. A correction would read better and would change
 * which units win in a published network.
 *
 * @param size values per sample, over which the winners compete
 * @throws Error when gamma lies outside (0, 1) or keeps no value at all
 * @see Xiao, Zhong, Zheng (ICLR 2020), section 2; `int(sr * N)` in the authors' code
 */
export function winnerCount(size: number, gamma: number): number {
  checkGamma(gamma);
  const k = Math.floor(gamma * size);
  if (k > 0) return k;
  throw inputError(
    `gamma ${gamma} of ${size} values per sample keeps floor(${gamma} * ${size}) = 0 winners, so nothing would pass. ` +
      (size > 1 ? `Use a gamma of at least ${smallestGamma(size)} or a wider layer.` : "Use a wider layer."),
  );
}

/** @throws Error when gamma, the fraction of winners, does not lie strictly between 0 and 1 */
export function checkGamma(gamma: number): void {
  if (gamma > 0 && gamma < 1) return;
  throw inputError(
    `gamma is ${gamma}; it is the fraction of values that win and must lie between 0 and 1, both excluded. ` +
      "Use 0.1 for one value in ten.",
  );
}

/** 1 / size, rounded up to four digits so that the advice works as written. */
function smallestGamma(size: number): number {
  const scale = 10 ** (4 - Math.ceil(Math.log10(1 / size)));
  return Math.ceil(scale / size) / scale;
}
