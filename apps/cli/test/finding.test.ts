import { rate, type Evaluation, type Finding } from "@kwta/evaluation";
import { expect, test } from "vitest";
import { finding } from "../src/quickstart/finding.ts";

const eps = 0.15;

/** An evaluation in which PGD and the worst case leave so many samples standing: the first ones. */
function found(n: number, [pgd, worst]: readonly [number, number], diagnostics: readonly Finding[] = []): Evaluation {
  const broken = (count: number): number[] => Array.from({ length: n - count }, (_, i) => count + i);
  const at = (count: number) => ({ eps, accuracy: rate(count, n), broken: broken(count) });
  const attacks = [{ id: "pgd", at: [at(pgd)] }];
  return { n, backend: "wasm", diagnostics, attacks, robust: [at(worst)] } as unknown as Evaluation;
}

test.each([
  ["the gap closes", 200, [20, 18], [110, 18], /hidden gradient, not robustness; at most \d+ % of the gap is left/],
  ["the gap turns around", 200, [80, 80], [120, 40], /hidden gradient; in truth it is the less robust net/],
  [
    "some of the gap is left",
    200,
    [20, 20],
    [120, 60],
    /take most of that back; 40 % of the gap is left \(\d+ to \d+ %\)/,
  ],
  ["most of the gap is left", 200, [20, 20], [120, 90], /take 30 % of that back/],
  ["the gap stays", 200, [20, 20], [120, 119], /these attacks do not take that back; stronger ones may/],
  ["there is no gap", 200, [50, 50], [52, 49], /do not differ by more than the error of so few images/],
  ["k-WTA is worse from the start", 200, [90, 85], [40, 30], /k-WTA is the less robust net here/],
  [
    "too few images",
    20,
    [2, 2],
    [11, 7],
    /how much of that is left cannot be told with 20 images, up to \d+ % of the gap; take \d+\./,
  ],
] as [string, number, [number, number], [number, number], RegExp][])(
  "the sentence follows from the numbers: %s",
  (_, n, relu, kwta, expected) => {
    const sentence = finding({ relu: found(n, relu), kwta: found(n, kwta) }, eps);
    expect(sentence).toMatch(expected);
    expect(sentence).toContain(
      `Under PGD at eps 0.15 the k-WTA net keeps ${Math.round((100 * kwta[0]) / n)} % and the ReLU net ${Math.round((100 * relu[0]) / n)} %`,
    );
    expect(sentence).toContain(`(${n} images, backend wasm)`);
  },
);

test("no verdict while a red flag stands", () => {
  const flag = { id: "full-budget", severity: "red-flag", seen: "It stood.", suggests: "Odd.", next: "Look." } as const;
  const sentence = (flags: readonly Finding[]): string =>
    finding({ relu: found(200, [20, 18]), kwta: found(200, [110, 22], flags) }, eps);
  expect(sentence([flag])).toMatch(
    /no verdict, since the number of the k-WTA net is not to be believed\. It stood\. Look\.$/,
  );
  expect(sentence([{ ...flag, eps: 0.3 }])).not.toMatch(/no verdict/);
  expect(sentence([{ ...flag, severity: "warning" }])).not.toMatch(/no verdict/);
  expect(sentence([{ ...flag, id: "one-class" }])).toMatch(/the k-WTA net answers one class whatever it sees/);
});
