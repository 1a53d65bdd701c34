import { expect, test } from "vitest";
import { advantage } from "../src/shared/accuracies/advantage.ts";
import { testsText } from "../src/contract/judge.ts";
import { judge, type ClaimTest, type Judgement } from "../src/index.ts";

/** Of `n` images, so many on which one alone is right. */
function pair(n: number, onlyFirst: number, onlySecond: number, fair = true): ClaimTest {
  return { name: `${onlyFirst}:${onlySecond}`, paired: { n, onlyFirst, onlySecond }, fair };
}

test.each<[string, ClaimTest[], "all" | "some", Judgement["kind"]]>([
  ["all ahead", [pair(2000, 60, 10), pair(2000, 40, 5)], "all", "agrees"],
  ["one ahead of two", [pair(2000, 60, 10), pair(2000, 12, 10)], "all", "in-part"],
  ["one behind, none ahead", [pair(2000, 10, 60), pair(2000, 90, 80)], "all", "differs"],
  ["none can be told", [pair(100, 4, 2), pair(100, 3, 5)], "all", "unjudged"],
  ["one of many will do", [pair(2000, 60, 10), pair(2000, 10, 60)], "some", "agrees"],
  // 5 against 0 is p = 0.0625; 8 against 1 is 0.039 alone, and 0.2 as the best of five.
  ["the best of five by chance", [8, 3, 3, 2, 2].map((first) => pair(200, first, 1)), "some", "unjudged"],
  ["the same 8 against 1 alone", [pair(200, 8, 1)], "some", "agrees"],
  ["an advantage of two in a hundred is ruled out", [pair(2000, 3, 4)], "some", "differs"],
  ["too few images to rule it out", [pair(60, 3, 4)], "some", "unjudged"],
  ["behind, but one has not learned what the other has", [pair(2000, 10, 60, false)], "some", "unjudged"],
  ["ahead all the same", [pair(2000, 60, 10, false)], "some", "agrees"],
  ["nothing to compare", [], "some", "unjudged"],
])("%s", (_, tests, need, kind) => {
  expect(judge(tests, { need, margin: 0.02 }).kind).toBe(kind);
});

test("that no advantage is left has to hold of all comparisons together", () => {
  const close = pair(1000, 146, 163);
  const kinds = [1, 4].map((count) => judge(Array<ClaimTest>(count).fill(close), { need: "all", margin: 0.02 }).kind);
  expect(kinds).toEqual(["differs", "unjudged"]);
});

test("a net that is behind for a reason is said to be behind", () => {
  const { tests } = judge([pair(2000, 10, 60, false), pair(2000, 10, 60)], { need: "some", margin: 0.02 });
  expect(testsText(tests)).toBe("behind at 10:60; behind, but excused, at 10:60");
});

test("a net far behind without attack says nothing, unless it is behind by more than that", () => {
  const standing = (right: number): { n: number; wrong: number[] } => ({
    n: 100,
    wrong: Array.from({ length: 100 - right }, (_, i) => right + i),
  });
  const found = (clean: number, worst: number): Judgement["kind"] =>
    judge(
      [
        advantage(
          "k-WTA",
          "worst",
          { clean: standing(clean), worst: standing(worst) },
          { clean: standing(57), worst: standing(31) },
        ),
      ],
      { need: "all", margin: 0.02 },
    ).kind;
  expect([found(52, 15), found(46, 25), found(46, 2)]).toEqual(["differs", "unjudged", "differs"]);
});

test("without a margin nothing is level, and p is raised by the other tests of the claim", () => {
  expect(judge([pair(2000, 3, 4)], { need: "all" }).kind).toBe("unjudged");
  const { tests } = judge([pair(50, 9, 1), pair(50, 4, 4)], { need: "all" });
  // scipy.stats.binomtest(9, 10).pvalue is 0.021484375.
  expect(tests[0]!.p).toBeCloseTo(0.04296875, 12);
  expect(tests[1]!.p).toBe(1);
});
