import type { ResultRow } from "@kwta/sweep";
import { expect, test } from "vitest";
import { checkFigureFile, drawFigure, figureOfSweep, FIGURES, TABLES, type Figure } from "../src/index.node.ts";

const figure = (id: string): Figure =>
  [...FIGURES, ...(TABLES as readonly unknown[] as Figure[])].find((each) => each.id === id)!;
const rate = (right: number): { value: number; count: number; n: number; low: number; high: number } => {
  return { value: right / 10, count: right, n: 10, low: 0, high: 1 };
};
const first = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** An evaluation on ten samples, of which the first are wrong: so many without attack, under PGD, in the worst case. */
function row(
  training: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>>,
  [clean, pgd, worst]: readonly [number, number, number],
): ResultRow {
  return {
    schema: "kwta-result@1",
    id: "a".repeat(20),
    command: "evaluate",
    digest: "",
    seconds: 1,
    environment: {},
    clean: rate(10 - clean),
    cleanErrors: first(clean),
    robust: [{ eps: 0.1, accuracy: rate(10 - worst), broken: first(worst), flagged: false, complete: true }],
    attacks: [{ id: "pgd", at: [{ eps: 0.1, broken: first(pgd) }] }],
    settings,
    training,
  };
}

const nets = [
  row({ model: "small-cnn@relu", seed: "0" }, {}, [0, 8, 9]),
  row({ model: "small-cnn@kwta:0.2", seed: "0" }, {}, [1, 5, 9]),
  row({ model: "small-cnn@kwta:0.1", seed: "0" }, {}, [2, 4, 10]),
];

test("figure 4 of a sweep: sparsity ratios rising beside ReLU, positions of each sample; ranges are parts of others", async () => {
  const part = row({ model: "small-cnn@kwta:0.3" }, { range: "0-4" }, [0, 0, 0]);
  const file = figureOfSweep(figure("figure-4"), [...nets, part]);
  expect(file.data).toMatchObject({
    attacks: { adaptive: "worst case of the protocol quick", whole: false },
    networks: [
      {
        label: "small-cnn",
        eps: 0.1,
        rows: [
          { gamma: 0.1, clean: { n: 10, wrong: [0, 1] }, pgd: { wrong: first(4) }, adaptive: { wrong: first(10) } },
          { gamma: 0.2, pgd: { wrong: first(5) } },
        ],
        relu: { clean: { wrong: [] }, pgd: { wrong: first(8) } },
      },
    ],
  });
  expect(checkFigureFile(JSON.parse(JSON.stringify(file)), "the file")).toEqual(JSON.parse(JSON.stringify(file)));
  expect((await drawFigure(file)).svg).toContain("<svg");
});

test("what was attacked on other samples is not compared; only the whole of adaptive can say that k-WTA stands", () => {
  const few = nets.map((each, i) => ({ ...each, settings: { samples: i === 0 ? "10" : "20" } }));
  expect(() => figureOfSweep(figure("figure-4"), few)).toThrow(/differ in samples \(10, 20\)\. Evaluate them alike/);
  const whole = (settings: Readonly<Record<string, string>>): unknown =>
    figureOfSweep(
      figure("figure-4"),
      nets.map((each) => ({ ...each, settings: { ...each.settings, ...settings } })),
    ).data;
  expect(whole({ protocol: "adaptive" })).toMatchObject({ attacks: { whole: true } });
  expect(whole({ protocol: "adaptive", without: "square" })).toMatchObject({
    attacks: { adaptive: "worst case of the protocol adaptive without square", whole: false },
  });
});

test("figure 6 of a sweep: an incremental training beside direct ones, by the ratios of its evaluations", () => {
  const method = "incremental:from=0.2,by=0.1,every=1,to=0.1";
  const kept = row({ model: "small-cnn@kwta:0.2", method, seed: "0" }, { gamma: "0.1" }, [1, 3, 8]);
  const { data } = figureOfSweep(figure("figure-6"), [...nets, kept]);
  expect(data).toMatchObject({
    networks: [
      {
        rows: [
          {
            gamma: 0.1,
            direct: { clean: { wrong: [0, 1] } },
            incremental: { clean: { wrong: [0] }, pgd: { wrong: first(3) } },
          },
          { gamma: 0.2, incremental: null },
        ],
      },
    ],
  });
});

test("a table of a sweep: what the protocols paper and adaptive found of the same training", () => {
  const training = { model: "small-cnn@kwta:0.1", method: "adversarial:eps=0.1", dataset: "mnist" };
  const rows = [
    row(training, { protocol: "paper" }, [1, 4, 5]),
    row(training, { protocol: "adaptive@2" }, [1, 6, 7]),
    // Nothing to stand beside.
    row({ ...training, seed: "1" }, { protocol: "paper" }, [1, 4, 5]),
  ];
  expect(figureOfSweep(figure("table-mnist"), rows).data).toMatchObject({
    eps: 0.1,
    rows: [
      {
        method: "adversarial",
        activation: "kwta:0.1",
        attacks: [{ wrong: first(4) }, { wrong: [0] }, { wrong: [0] }, { wrong: [0] }],
        transfer: null,
        worst: { wrong: first(5) },
        adaptive: { wrong: first(7) },
      },
    ],
  });
});

test("what a sweep lacks, or has twice, is said", () => {
  const again = nets.map((each) => ({ ...each, training: { ...each.training, seed: "1" } }));
  const of = (id: string, rows: readonly ResultRow[], only = {}) => figureOfSweep(figure(id), rows, only);
  expect(() => of("figure-4", [...nets, ...again])).toThrow(
    /2 nets for γ = 0.1, which differ in seed \(0, 1\).*--seed/,
  );
  expect(of("figure-4", [...nets, ...again], { seed: 1 }).settings).toMatchObject({ seed: 1 });
  expect(() => of("figure-4", nets.slice(0, 2))).toThrow("two sparsity ratios or more");
  expect(() => of("figure-6", nets)).toThrow("--method incremental");
  expect(() => of("table-mnist", nets)).toThrow("protocols paper and adaptive");
  expect(() => of("figure-5", nets)).toThrow("needs more than accuracies");
  const without = { ...nets[0]!, attacks: [] };
  expect(() => of("figure-4", [without, ...nets.slice(1)])).toThrow('no attack "pgd"');
});
