import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Split } from "../src/index.ts";
import { loadDataset } from "../src/index.node.ts";

const dataDir = process.env["KWTA_DATA_DIR"];
const has = (folder: string) => dataDir !== undefined && existsSync(join(dataDir, folder));

function histogram(split: Split): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const label of split.labels) counts[label]!++;
  return counts;
}

/** Mean of each channel, from 0 to 1. */
function means(split: Split): number[] {
  const channels = split.shape[2];
  const sums = new Array<number>(channels).fill(0);
  for (let i = 0; i < split.images.length; i += channels) {
    for (let c = 0; c < channels; c++) sums[c]! += split.images[i + c]!;
  }
  return sums.map((sum) => (sum * channels) / split.images.length / 255);
}

test.skipIf(!has("cifar-10-batches-bin"))(
  "CIFAR-10 is complete, its channels have about the known means (needs KWTA_DATA_DIR/cifar-10-batches-bin)",
  async () => {
    const { train, test: held, classNames } = await loadDataset("cifar10");
    expect([train.size, held.size, classNames[3]]).toEqual([50_000, 10_000, "cat"]);
    expect(histogram(train)).toEqual(new Array(10).fill(5000));
    expect(histogram(held)).toEqual(new Array(10).fill(1000));
    // The figures that everybody normalises with; swapped or shifted planes would not give them.
    [0.4914, 0.4822, 0.4465].forEach((mean, c) => expect(means(held)[c]).toBeCloseTo(mean, 2));
  },
);

test.skipIf(!has("mnist"))("MNIST is read, whole or a smaller copy (needs KWTA_DATA_DIR/mnist)", async () => {
  const { train, test: held } = await loadDataset("mnist");
  expect(train.size).toBeGreaterThanOrEqual(1000);
  expect(held.size).toBeGreaterThanOrEqual(1000);
  for (const split of [train, held]) {
    for (const count of histogram(split)) expect(count / split.size).toBeGreaterThan(0.07);
    expect(means(split)[0]).toBeCloseTo(0.1307, 2);
  }
});
