import { differenceOf } from "@kwta/evaluation";
import type { ClaimTest, Judgement } from "../../contract/judge.ts";
import { pairedOf, rateOf, type AttackLabels, type Standing } from "./data.ts";

/** What a net keeps without attack, and by a measure. */
type Measured<M extends string> = Readonly<Record<"clean" | M, Standing>>;

/** One with how much accuracy without attack the first lacks, a share of the images. */
export interface Advantage extends ClaimTest {
  readonly gap: number;
}

/**
 * Whether k-WTA is ahead of ReLU by a measure, on the same images. A net that is far behind without attack has not learned what
 * the other one has: that it is not ahead says nothing, unless it is behind by more than that.
 */
export function advantage<M extends string>(
  name: string,
  measure: M,
  kwta: Measured<NoInfer<M>>,
  relu: Measured<NoInfer<M>>,
): Advantage {
  const paired = pairedOf(kwta[measure], relu[measure]);
  const gap = rateOf(relu.clean).value - rateOf(kwta.clean).value;
  return { name, paired, gap, fair: gap < FAR || differenceOf(paired).high < -gap };
}

/**
 * A sentence about those that say nothing, with a space before it; nothing where there are none.
 *
 * @param at what stands before their names
 */
export function unfairText(tests: readonly Advantage[], at = "at"): string {
  const unfair = tests.filter(({ fair }) => fair === false);
  if (unfair.length === 0) return "";
  const each = unfair.map(({ name, gap }) => `${name} (${(100 * gap).toFixed(0)})`);
  return ` Without attack it is ${FAR * 100} points or more below ReLU ${at} ${each.join(", ")}: that it is not ahead there says nothing.`;
}

/** That a net stands against two attacks does not say that it does against all: `kind` less what they cannot show, and a sentence. */
export function ofFewAttacks(
  kind: Judgement["kind"],
  { whole }: AttackLabels,
): { readonly kind: Judgement["kind"]; readonly text: string } {
  if (whole || (kind !== "agrees" && kind !== "in-part")) return { kind, text: "" };
  return { kind: "unjudged", text: " Other attacks may leave less: the protocol adaptive has to say." };
}

/** An advantage of less than two images in a hundred is none. */
export const SMALL = 0.02;

const FAR = 0.1;
