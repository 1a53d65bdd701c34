import { QUANTILE } from "../rate.ts";
import type { Paired } from "./mcnemar.ts";
import { adjusted, differenceOf, type Comparison } from "./paired.ts";

/** What became of a gap that one kind of attack showed, under stronger attacks. */
export interface GapVerdict {
  /**
   * - `gone`: even the upper bound of what is left is less than a quarter of the gap
   * - `left`: a part that chance does not explain
   * - `reversed`: the other one is ahead now
   * - `cannot-be-told`: too few samples; `needed` says how many would do
   */
  readonly outcome: "gone" | "left" | "reversed" | "cannot-be-told";
  /** What is left as a share of the gap, with its bounds. */
  readonly share: { readonly value: number; readonly low: number; readonly high: number };
  /** How many samples would tell, with a probability of 80 %, if the shares stay as they are; two digits, rounded up. */
  readonly needed?: number;
}

/**
 * What is left of a gap between two nets, or two attacks.
 *
 * @param seeming the gap, as the first attack has it; its value is not 0
 * @param remaining the same two on the same samples under stronger attacks
 */
export function whatIsLeft(seeming: Comparison, remaining: Comparison): GapVerdict {
  const gap = seeming.difference.value;
  const { value, low, high } = gap > 0 ? remaining.difference : reversedDifference(remaining);
  const size = Math.abs(gap);
  const share = { value: value / size, low: low / size, high: high / size };
  if (remaining.differs) return { outcome: value > 0 ? "left" : "reversed", share };
  if (high <= SMALL * size) return { outcome: "gone", share };
  const paired = gap > 0 ? remaining.paired : swapped(remaining.paired);
  return { outcome: "cannot-be-told", share, needed: roundedUp(samplesToTell(paired, SMALL * size)) };
}

/** What is less than this share of the gap is next to nothing. */
const SMALL = 0.25;

function swapped({ n, onlyFirst, onlySecond }: Paired): Paired {
  return { n, onlyFirst: onlySecond, onlySecond: onlyFirst };
}

function reversedDifference({ paired }: Comparison): Comparison["difference"] {
  return differenceOf(swapped(paired));
}

/**
 * How many samples tell a difference from none, with a probability of 80 % at 5 %, if it is what these samples say.
 *
 * @see Connor: "Sample size for testing differences in proportions for the paired-sample design" (1987)
 */
function samplesToDiffer(paired: Paired): number {
  const { difference, differing } = adjusted(paired);
  const root = QUANTILE * Math.sqrt(differing) + POWER * Math.sqrt(differing - difference ** 2);
  return Math.ceil((root / difference) ** 2);
}

/** How many samples tell, with a probability of 80 %, that a difference is smaller than `bound`. */
function samplesToBound(paired: Paired, bound: number): number {
  const { difference, differing } = adjusted(paired);
  if (difference >= bound) return Infinity;
  return Math.ceil(((QUANTILE + POWER) ** 2 * (differing - difference ** 2)) / (bound - difference) ** 2);
}

/** Whichever can be told with fewer samples: that something is left, or that next to nothing is. */
function samplesToTell(paired: Paired, bound: number): number {
  return Math.max(paired.n + 1, Math.min(samplesToDiffer(paired), samplesToBound(paired, bound)));
}

/** To two digits. */
function roundedUp(count: number): number {
  const unit = 10 ** Math.max(0, String(count).length - 2);
  return unit * Math.ceil(count / unit);
}

/** The 0.8 quantile of the normal distribution. */
const POWER = 0.8416212335729143;
