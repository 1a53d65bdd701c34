import { encodeNpz, readZip } from "@kwta/core";
import { adversarialExamples, floatsFromBase64, type Evaluation, type Finding } from "@kwta/evaluation";
import { beforeAll, expect, test } from "vitest";
import { expectWellFormed } from "../../viz/test/well-formed.ts";
import {
  agreement,
  attackBenchRows,
  compareEvaluations,
  comparisonHtml,
  comparisonText,
  evaluationHtml,
  evaluationMarkdown,
  evaluationText,
  evasionChecklist,
  headline,
  parseFormats,
  robustBenchEntry,
} from "../src/index.ts";
import { nearestEvaluation, sampleEvaluation } from "./sample-evaluation.ts";

let sample: Evaluation;
let nearest: Evaluation;

beforeAll(async () => {
  sample = await sampleEvaluation();
  nearest = await nearestEvaluation();
}, 60_000);

const RED: Finding = {
  id: "noise-beats-gradient",
  severity: "red-flag",
  attack: "noise",
  eps: 16 / 255,
  seen: "Noise broke 3 images that no gradient attack broke",
  suggests: "The gradient is masked.",
  next: "kwta evaluate --protocol adaptive",
};

/** The same with what makes its last number not to be believed. */
function changed(change: "flagged" | "stopped" | "notRun"): Evaluation {
  const last = sample.robust.length - 1;
  const robust = sample.robust.map((each, i) => {
    return i < last ? each : { ...each, flagged: change === "flagged", complete: change !== "stopped" };
  });
  if (change === "flagged")
    return { ...sample, robust, diagnostics: [{ ...RED, severity: "note", seen: "Less" }, RED] };
  if (change === "stopped") {
    const missing = [{ attack: "gate", eps: 16 / 255, samples: 7 }];
    return { ...sample, robust, stopped: { why: "budget", budget: 1800, missing } };
  }
  const attacks = sample.attacks.map((each) =>
    each.id === "gate" ? { ...each, at: [], notRun: "No gradient." } : each,
  );
  return { ...sample, attacks };
}

test("a number is called a worst case only where all that counts ran to its end and no red flag stands", async () => {
  const said = async (evaluation: Evaluation): Promise<string[]> => [
    evaluationText(evaluation)
      .split("\n")
      .find((line) => /^16\/255 +(worst|upper|red)/.test(line))!,
    headline(evaluation),
    ...(await evaluationMarkdown(evaluation))
      .split("\n")
      .filter((line) => /^\| 16\/255 .*(worst|upper|red)/.test(line)),
  ];
  for (const text of await said(sample)) expect(text).toMatch(/worst case/);
  for (const [change, name] of [
    ["flagged", "red flag"],
    ["stopped", "upper bound|at most"],
    ["notRun", "upper bound|at most"],
  ] as const) {
    const lines = await said(changed(change));
    expect(lines).toHaveLength(4);
    for (const text of lines) {
      expect(text).not.toMatch(/worst case/);
      expect(text).toMatch(new RegExp(name));
    }
  }
  expect(robustBenchEntry(changed("flagged"))).toMatchObject({
    unreliable: true,
    footnote: expect.stringContaining(RED.seen),
  });
});

test("what one must know stands below the table and on top of the page, the gravest first", async () => {
  const text = evaluationText(changed("flagged"));
  expect(text).toMatch(/RED FLAG \(noise, eps 16\/255\): Noise broke 3 .*broke\. The gradient is masked\. Next: kwta/);
  expect(text.indexOf("RED FLAG")).toBeLessThan(text.indexOf("Note (noise"));
  expect(evaluationText(changed("stopped"))).toMatch(
    /Partial: .*budget of 30 min, so .* upper bounds\. Not run: gate at eps 16\/255 \(7 images\)\./,
  );
  const html = await evaluationHtml(changed("flagged"));
  expect(html.indexOf("Red flag")).toBeLessThan(html.indexOf("<table"));
});

test("the page is well-formed, follows from report.json alone, and takes foreign texts as texts", async () => {
  const again = JSON.parse(JSON.stringify(sample)) as Evaluation;
  const html = await evaluationHtml(again);
  expectWellFormed(html.replace(/<script>[^]*<\/script>/, ""));
  expect(html).toBe(await evaluationHtml(sample));
  expect(html).not.toMatch(/<b>linear|<i>dog|<linear>/);
  for (const [, source] of html.matchAll(/ src="([^"]*)"/g)) expect(source).toMatch(/^data:image\/png;base64,/);
  const kept = sample.attacks.flatMap(({ at }) => at.flatMap(({ images }) => images.map(({ position }) => position)));
  expect(html.match(/<img /g)!.length).toBe(3 * Math.min(12, new Set(kept).size));
  expect(html).toMatch(/taken for [^<]*: logit/);
  const markdown = await evaluationMarkdown(sample);
  expect(markdown).toContain("| 8/255  | noise (diagnostic) ");
  expect(markdown).not.toMatch(/<svg|<img/);
});

test("nearest points have quantiles and a curve, and fill the rows of AttackBench", async () => {
  const html = await evaluationHtml(nearest);
  expectWellFormed(html.replace(/<script>[^]*<\/script>/, ""));
  expect(html).toContain("Accuracy over the distance");
  expect(evaluationText(nearest)).toMatch(/^nearest of all +12 +12 /m);
  const [row] = attackBenchRows(nearest);
  expect(row).toMatchObject({ attack: "ddn", library: "kwta", asr: 1, localOptimality: 1 });
});

test("local optimality is 1 for the envelope, 0 for nothing found, and between by the areas", () => {
  const [first] = nearest.attacks;
  const distances = first!.nearest!.distances.map((each) => each!);
  const nearestBy = (id: string, own: readonly (number | null)[]): Evaluation["attacks"][number] => {
    return { ...first!, id, nearest: { ...first!.nearest!, distances: own } };
  };
  const attacks = [
    first!,
    nearestBy(
      "twice",
      distances.map((d) => 2 * d),
    ),
    nearestBy(
      "none",
      distances.map(() => null),
    ),
  ];
  const rows = attackBenchRows({ ...nearest, attacks });
  const most = Math.max(...distances);
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const best = mean(distances);
  const twice = mean(distances.map((d) => Math.min(2 * d, most)));
  expect(rows.map(({ localOptimality }) => localOptimality)).toEqual([
    1,
    expect.closeTo(1 - (twice - best) / (most - best), 12),
    expect.closeTo(0, 12),
  ]);
});

test("RobustBench's fields: an accuracy is AutoAttack's only by the whole standard protocol", () => {
  const last = (100 * sample.robust.at(-1)!.accuracy.value).toFixed(2);
  const entry = robustBenchEntry(sample);
  expect(entry).toMatchObject({ external: last, eps: "16/255", clean_acc: "90.00", unreliable: false });
  expect(entry).not.toHaveProperty("autoattack_acc");
  const standard = { ...sample, protocol: { ...sample.protocol, id: "standard@1" } };
  expect(robustBenchEntry(standard)).toMatchObject({ autoattack_acc: last });
  expect(robustBenchEntry(standard)).not.toHaveProperty("external");
  const more = { ...standard, protocol: { ...sample.protocol, id: "standard@1 + mine" } };
  expect(robustBenchEntry(more)).not.toHaveProperty("autoattack_acc");
});

test("adversarial examples: each broken sample once, at its smallest eps, channels first", () => {
  const { arrays, metadata } = adversarialExamples(sample);
  const ints = (name: string): number[] => [...arrays.get(name)!.data];
  const errors = new Set(sample.cleanErrors);
  const broken = sample.robust.at(-1)!.broken.filter((position) => !errors.has(position));
  expect(ints("position")).toEqual(broken);
  expect(arrays.get("adversarial")!.shape).toEqual([broken.length, 3, 8, 6]);
  const [position] = broken;
  const part = sample.attacks[0]!.at.find(({ broke }) => broke.includes(position!))!;
  const image = part.images.find((each) => each.position === position)!;
  expect([ints("eps")[0], ints("predicted")[0]]).toEqual([Math.fround(part.eps), image.predicted]);
  const pixels = floatsFromBase64(image.adversarial);
  const first = arrays.get("adversarial")!.data;
  for (const [c, h, w] of [
    [0, 0, 0],
    [2, 3, 5],
    [1, 7, 1],
  ] as const) {
    expect(first[(c * 8 + h) * 6 + w]).toBe(pixels[(h * 6 + w) * 3 + c]);
  }
  expect(metadata).toMatchObject({ norm: "linf", attacks: '["pgd","gate","noise"]' });
  const file = readZip(encodeNpz(arrays)).get("adversarial.npy")!;
  const data = new Float32Array(file.slice(file.length - 4 * first.length).buffer);
  expect(data).toEqual(first);
});

test("two evaluations agree with themselves, and differ where one breaks more", async () => {
  const self = agreement(sample, sample);
  for (const { both, onlyFirst, onlySecond, neither } of self) {
    expect([onlyFirst, onlySecond, both.length + neither.length]).toEqual([[], [], sample.n]);
  }
  const broken = Array.from({ length: sample.n }, (_, i) => i);
  const all = { ...sample, robust: sample.robust.map((each) => ({ ...each, broken })) };
  const [first] = agreement(sample, all);
  expect(first!.onlyFirst).toHaveLength(sample.robust[0]!.accuracy.count);
  expect(first!.onlySecond).toEqual([]);
  expect(agreement(sample, nearest)).toEqual([]);
  expect(
    compareEvaluations([
      ["a", sample],
      ["b", all],
    ]).agreements,
  ).toHaveLength(3);
  expectWellFormed(
    (
      await comparisonHtml([
        ["a", sample],
        ["b <i>", changed("flagged")],
      ])
    ).replace(/<script>[^]*<\/script>/, ""),
  );
});

test("an evaluation in which no attack ran has no line in a comparison's chart", async () => {
  const idle = { ...sample, attacks: sample.attacks.map((each) => ({ ...each, at: [], notRun: "A test." })) };
  const drawn = async (evaluation: Evaluation): Promise<number> => {
    const html = await comparisonHtml([["only", evaluation]]);
    const svg = html.match(/<svg[^]*?<\/svg>/)![0];
    return svg.match(/[ML]-?[\d.]+,-?[\d.]+/g)!.length;
  };
  // A line and its band against a point.
  expect(await drawn(sample)).toBeGreaterThan(2 * (await drawn(idle)));
});

test("the checklist answers from the numbers", () => {
  const items = new Map(evasionChecklist(sample).map((item) => [item.question, item]));
  const state = (start: string): string => [...items].find(([question]) => question.startsWith(start))![1].state;
  expect(state("Adaptive attacks")).toBe("yes");
  expect(state("Noise beats")).toBe("yes");
  expect(state("Decision attacks")).toBe("no");
  expect(state("Diagnostics")).toBe("yes");
  const red = evasionChecklist(changed("flagged")).find(({ question }) => question === "Diagnostics");
  expect(red).toMatchObject({ state: "no", answer: expect.stringMatching(/^1 red and 1 other/) });
  const plain = { ...sample, attacks: sample.attacks.slice(0, 1), robust: sample.robust.slice(0, 1), checks: [] };
  const states = evasionChecklist(plain).filter(({ state: each }) => each === "no");
  expect(states.map(({ question }) => question)).toEqual([
    "An ensemble of attacks",
    "Adaptive attacks",
    "Black box beats white box?",
    "Success rises with the budget?",
    "Noise beats gradients?",
    "Decision attacks",
    "Diagnostics",
  ]);
  // What looked and saw nothing answers a question; what did not look answers none.
  const answered = (outcome: "clear" | "not-run"): string[] => {
    const checks = ["noise-wins", "not-monotone"].map((id) => ({ id, outcome }) as const);
    return evasionChecklist({ ...plain, checks })
      .filter(({ question }) => /^Noise|^Success|^Diagnostics/.test(question))
      .map(({ state: each }) => each);
  };
  expect(answered("clear")).toEqual(["partly", "yes", "yes"]);
  expect(answered("not-run")).toEqual(["no", "no", "no"]);
});

test("formats are named, and unknown ones refused", () => {
  expect(parseFormats("html, npz,html").map(({ id }) => id)).toEqual(["html", "npz"]);
  expect(() => parseFormats("htm")).toThrow(/"?html/);
});

test("the goal of a targeted evaluation and its verdicts are said wherever its numbers are", async () => {
  const targets = sample.samples.labels.map((label) => (label + 1) % 3);
  const verdict = {
    eps: 16 / 255,
    attack: "pgd",
    against: ["gate"],
    seeming: { value: 0.5, count: 15, n: 30, low: 0.3, high: 0.7 },
    remaining: sample.robust.at(-1)!.accuracy,
    paired: { n: 30, onlyFirst: 5, onlySecond: 0 },
    p: 0.0625,
    outcome: "cannot-be-told",
    share: { value: 0.2, low: 0, high: 0.4 },
    needed: 130,
  } as const;
  const targeted: Evaluation = {
    ...sample,
    goal: { kind: "targeted", targets: 1 },
    samples: { ...sample.samples, targets },
    verdicts: [verdict],
  };
  const html = await evaluationHtml(targeted);
  expectWellFormed(html.replace(/<script>[^]*<\/script>/, ""));
  for (const text of [html, await evaluationMarkdown(targeted), evaluationText(targeted)]) {
    expect(text).toMatch(/targeted: .{1,12}dog/);
    expect(text).toMatch(/Verdict \(eps 16\/255\):.* cannot be told with 30 images; take 130\./);
  }
  expect(headline(targeted)).toContain("against attacks that go for <i>dog");
  const standard = { ...targeted, protocol: { ...sample.protocol, id: "standard@1" } };
  expect(robustBenchEntry(standard)).not.toHaveProperty("autoattack_acc");
  expect(agreement(sample, targeted)).toEqual([]);
  expect(
    comparisonText([
      ["a", sample],
      ["b", targeted],
    ]),
  ).toMatch(/^a +any +30 [^]*^b +<i>dog/m);
  const kept = adversarialExamples(targeted).arrays;
  expect([...kept.get("target")!.data]).toEqual([...kept.get("position")!.data].map((position) => targets[position]));
});
