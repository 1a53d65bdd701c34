import { differenceOf } from "@kwta/evaluation";
import type { ClaimTest } from "../../contract/judge.ts";
import { pairedOf, rateOf, type Standing } from "./data.ts";

/** A net without attack, and by the measure that is compared. */
interface Measured {
  readonly clean: Standing;
  readonly attacked: Standing;
}

/**
 * Whether k-WTA is ahead of ReLU by a measure, on the same images. A net that is far behind without attack has not learned what
 * the other one has: that it is not ahead says nothing, unless it is behind by more than that.
 */
export function advantage(name: string, kwta: Measured, relu: Measured): ClaimTest {
  const paired = pairedOf(kwta.attacked, relu.attacked);
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
