import { expect, test } from "vitest";
import { TABLES } from "../src/index.ts";
import type { ResultRow, ResultTable } from "../src/tables/data.ts";

const standing = (right: number): { n: number; wrong: number[] } => ({
  n: 300,
  wrong: Array.from({ length: 300 - right }, (_, i) => right + i),
});

/** What a net gets right of 300 images: without attack, in the worst case of the paper's attacks, and of all. */
function row(activation: string, training: string, [clean, worst, adaptive]: readonly number[]): ResultRow {
  return {
    network: "ResNet18",
    method: "free",
    training,
    activation,
    clean: standing(clean!),
    attacks: [standing(worst!)],
    transfer: null,
    worst: standing(worst!),
    adaptive: standing(adaptive!),
  };
}

const [{ draw, notes }] = TABLES as [(typeof TABLES)[number]];

function tableOf(rows: readonly ResultRow[]): ResultTable {
  const published = ["ResNet18", "DenseNet121"].map((network) => ({
    dataset: "cifar10",
    network,
    method: "free",
    activation: "relu",
    column: "clean",
    value: 0.9,
    source: `about ${network}`,
  }));
  return { dataset: "cifar10", eps: 0.1, attacks: ["pgd"], protocol: "adaptive@3", rows, untrained: [], published };
}

test("a net is compared with ReLU's of the same training alone, and what cannot be compared is named", () => {
  const found = notes(
    tableOf([
      row("relu", "3 epochs", [160, 80, 60]),
      row("kwta:0.2", "3 epochs", [150, 120, 10]),
      row("kwta:0.1", "9 epochs", [155, 150, 150]),
    ]),
  );
  expect(found.map(({ claim, kind }) => [claim, kind])).toEqual([
    ["ahead-in-table", "agrees"],
    ["ahead-in-worst-case", "differs"],
    [undefined, "note"],
  ]);
  expect(found[1]!.text).toMatch(
    /^ResNet18, free training \(3 epochs\): .*adaptive@3 leaves 3\.33 % of kwta:0\.2 and 20 % of ReLU/,
  );
  expect(found[2]!.text).toMatch(/trained alike.*: kwta:0\.1 \(ResNet18, free\)\.$/);
});

test("the caption explains the letters that stand in the table, and no others", () => {
  const { caption, tables } = draw(tableOf([row("relu", "3 epochs", [160, 80, 60])]));
  expect(caption).toMatch(/a about ResNet18\.$/);
  expect(JSON.stringify(tables)).toMatch(/a 90\.0/);
});
