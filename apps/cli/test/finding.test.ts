import { rate } from "@kwta/evaluation";
import { expect, test } from "vitest";
import type { AtEps } from "../src/quickstart/at-eps.ts";
import { finding } from "../src/quickstart/finding.ts";

const N = 200;

function found(pgd: number, worst: number): AtEps {
  return { attacks: [{ id: "pgd", n: N, accuracy: rate(pgd, N) }], robust: rate(worst, N) };
}

test.each([
  ["the gap closes", [20, 18], [110, 22], /what k-WTA seemed to gain was a hidden gradient, not robustness/],
  ["the gap turns around", [80, 80], [120, 40], /hidden gradient; in truth it is the less robust net/],
  ["some of the gap is left", [20, 20], [120, 60], /adaptive attacks take most of that back; 40 % of the gap is left/],
  ["most of the gap is left", [20, 20], [120, 90], /take 30 % of that back/],
  ["the gap stays", [20, 20], [120, 119], /these attacks do not take that back; stronger ones may/],
  ["there is no gap", [50, 50], [52, 49], /do not differ by more than the error of so few images/],
  ["k-WTA is worse from the start", [90, 85], [40, 30], /k-WTA is the less robust net here/],
] as [string, [number, number], [number, number], RegExp][])(
  "the sentence follows from the numbers: %s",
  (_, relu, kwta, expected) => {
    const sentence = finding({ relu: found(...relu), kwta: found(...kwta) }, 0.15);
    expect(sentence).toMatch(expected);
    expect(sentence).toContain(
      `Under PGD at eps 0.15 the k-WTA net keeps ${kwta[0] / 2} % and the ReLU net ${Math.round(relu[0] / 2)} %`,
    );
  },
);
