import { differenceOf, holm, mcnemar, type Difference, type Paired } from "@kwta/evaluation";
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
  /** Of McNemar's exact test, raised by Holm's correction for the other tests of the claim. */
  readonly p: number;
  readonly difference: Difference;
  /**
   * - `ahead`, `behind`: by more than chance explains
   * - `level`: an advantage of `margin` is ruled out
   * - `open`: neither
   */
  readonly outcome: "ahead" | "behind" | "level" | "open";
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
 * Judges a claim, by one rule for all figures. Each test is paired (McNemar's exact test on the same images) and all
 * tests of a claim share its 5 % (Holm), so that the best of many can be looked at.
 *
 * - `agrees`: the tests that are needed show the claim
 * - `in-part`: some of them do
 * - `differs`: none does, and that is the nets' doing: they are behind, or level
 * - `unjudged`: none does, and chance, or training that has not come far enough, explains it
 */
export function judge(tests: readonly ClaimTest[], { need, margin }: ClaimOptions): Judgement {
  const adjusted = holm(tests.map(({ paired }) => mcnemar(paired)));
  const judged = tests.map((test, i): JudgedTest => {
    const difference = differenceOf(test.paired);
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

function outcomeOf(
  { paired, fair = true }: ClaimTest,
  p: number,
  { high }: Difference,
  margin: number | undefined,
): JudgedTest["outcome"] {
  const significant = p < 0.05;
  if (significant && paired.onlyFirst > paired.onlySecond) return "ahead";
  if (!fair) return "open";
  if (significant) return "behind";
  return margin !== undefined && high < margin ? "level" : "open";
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
    level: "no advantage that counts",
    open: "cannot be told",
  } as const;
  const groups = (["ahead", "level", "behind", "open"] as const).flatMap((outcome) => {
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
