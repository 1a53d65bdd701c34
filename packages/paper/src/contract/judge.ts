import { differenceOf, holm, mcnemar, type Difference, type Paired } from "@kwta/evaluation";
import { normalQuantile } from "@kwta/op";
import type { FigureNote } from "./figure-file.ts";

/** One comparison behind a claim, which says that the first is ahead. */
export interface ClaimTest {
  /** What the comparison is of, for sentences: `"γ = 0.1"`. */
  readonly name: string;
  /** The same images, judged in both ways. */
  readonly paired: Paired;
  /**
   * Whether an advantage that is missing speaks against the claim: not where the first has not learned what the second has.
   *
   * @defaultValue true
   */
  readonly fair?: boolean;
}

/** What came of a {@link ClaimTest}. */
export interface JudgedTest extends ClaimTest {
  /** Of McNemar's exact test, raised by Holm's correction for the other tests. */
  readonly p: number;
  /** Its intervals hold together with those of the other tests. */
  readonly difference: Difference;
  /**
   * - `ahead`, `behind`: by more than chance explains
   * - `excused`: behind, where that does not speak against the claim
   * - `level`: an advantage of `margin` is ruled out
   * - `open`: none of these
   */
  readonly outcome: "ahead" | "behind" | "excused" | "level" | "open";
}

/** @see {@link judge} */
export interface ClaimOptions {
  /** Whether all tests have to show it, or one, whichever it is. */
  readonly need: "all" | "some";
  /** The smallest advantage that would count, as a share of the images. @defaultValue none: nothing is ever `level` */
  readonly margin?: number;
}

/** A claim's label, with what came of its tests. */
export interface Judgement {
  readonly kind: Exclude<FigureNote["kind"], "note">;
  readonly tests: readonly JudgedTest[];
}

/**
 * Judges a claim, by one rule for all figures. Each test is paired (McNemar's exact test on the same images) and all of them
 * share the 5 % (Holm), so that the best of many can be looked at. Chance is that of the images: the nets are these ones.
 *
 * - `agrees`: the tests that are needed show the claim
 * - `in-part`: some of them do
 * - `differs`: none does, and that is the nets' doing: where all are needed one, where one will do all are behind or level
 * - `unjudged`: none does, and chance, or training that has not come far enough, explains it
 */
export function judge(tests: readonly ClaimTest[], { need, margin }: ClaimOptions): Judgement {
  const adjusted = holm(tests.map(({ paired }) => mcnemar(paired)));
  const reach = normalQuantile(1 - LEVEL / (2 * Math.max(1, tests.length)));
  const judged = tests.map((test, i): JudgedTest => {
    const difference = differenceOf(test.paired, reach);
    return { ...test, p: adjusted[i]!, difference, outcome: outcomeOf(test, adjusted[i]!, difference, margin) };
  });
  return {
    kind: kindOf(
      judged.map(({ outcome }) => outcome),
      need,
    ),
    tests: judged,
  };
}

/** What may be chance. */
const LEVEL = 0.05;

function outcomeOf(
  { paired, fair = true }: ClaimTest,
  p: number,
  { high }: Difference,
  margin: number | undefined,
): JudgedTest["outcome"] {
  if (p < LEVEL) return paired.onlyFirst > paired.onlySecond ? "ahead" : fair ? "behind" : "excused";
  return fair && margin !== undefined && high < margin ? "level" : "open";
}

function kindOf(outcomes: readonly JudgedTest["outcome"][], need: ClaimOptions["need"]): Judgement["kind"] {
  const ahead = outcomes.filter((outcome) => outcome === "ahead").length;
  const against = outcomes.filter((outcome) => outcome === "behind" || outcome === "level").length;
  if (need === "some") {
    if (ahead > 0) return "agrees";
    return outcomes.length > 0 && against === outcomes.length ? "differs" : "unjudged";
  }
  if (ahead > 0) return ahead === outcomes.length ? "agrees" : "in-part";
  return against > 0 ? "differs" : "unjudged";
}

/** `"p = 0.012"` */
export function pText(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${Number(p.toPrecision(2))}`;
}

/** A sentence's end: what came of each test. @param at what stands before the tests' names */
export function testsText(tests: readonly JudgedTest[], at = "at"): string {
  const words = {
    ahead: "ahead",
    behind: "behind",
    excused: "behind, but excused,",
    level: "no advantage that counts",
    open: "cannot be told",
  } as const;
  const groups = (["ahead", "level", "behind", "excused", "open"] as const).flatMap((outcome) => {
    const names = tests.filter((test) => test.outcome === outcome).map(({ name }) => name);
    return names.length === 0 ? [] : [`${words[outcome]} ${at} ${names.join(", ")}`];
  });
  return groups.join("; ");
}

/** The same images measured in two ways: on how many the first number is the larger one. The test of these is the sign test. */
export function signsOf(first: readonly number[], second: readonly number[]): Paired {
  const larger = (a: readonly number[], b: readonly number[]): number => a.filter((value, i) => value > b[i]!).length;
  return { n: first.length, onlyFirst: larger(first, second), onlySecond: larger(second, first) };
}
