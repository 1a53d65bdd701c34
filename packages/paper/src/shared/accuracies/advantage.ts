import { differenceOf } from "@kwta/evaluation";
import type { ClaimTest } from "../../contract/judge.ts";
import { pairedOf, rateOf, type Standing } from "./data.ts";

/** What a net keeps without attack, and by a measure. */
type Measured<M extends string> = Readonly<Record<"clean" | M, Standing>>;

/**
 * Whether k-WTA is ahead of ReLU by a measure, on the same images. A net that is far behind without attack has not learned what
 * the other one has: that it is not ahead says nothing, unless it is behind by more than that.
 */
export function advantage<M extends string>(
  name: string,
  measure: M,
  kwta: Measured<NoInfer<M>>,
  relu: Measured<NoInfer<M>>,
): ClaimTest {
  const paired = pairedOf(kwta[measure], relu[measure]);
  const gap = rateOf(relu.clean).value - rateOf(kwta.clean).value;
  return { name, paired, fair: gap < FAR || differenceOf(paired).high < -gap };
}

/** A sentence about those that say nothing, with a space before it; nothing where there are none. */
export function unfairText(tests: readonly ClaimTest[]): string {
  const unfair = tests.filter(({ fair }) => fair === false).map(({ name }) => name);
  if (unfair.length === 0) return "";
  return ` Without attack ${unfair.join(", ")} is ${FAR * 100} points or more below ReLU: that it is not ahead says nothing.`;
}

/** An advantage of less than two images in a hundred is none. */
export const SMALL = 0.02;

const FAR = 0.1;
