import { gzipSync } from "node:zlib";
import { afterEach, expect, test, vi } from "vitest";
import { loadDataset } from "../src/load-dataset.browser.ts";
import { loadDataset as loadInNode } from "../src/load-dataset.node.ts";
import { folderWith, mnistFiles } from "./_files.ts";
import { describeFile, serve } from "./_server.ts";

const files = vi.hoisted(() => ({
  mnist: { homepage: "https://example.org", folder: "mnist", files: [] as unknown[] },
}));
vi.mock("../src/files/sources.ts", () => ({ DATASET_SOURCES: files }));

afterEach(() => vi.unstubAllGlobals());

test("a page gets the samples that Node gets, in their order", async () => {
  const packed = Object.entries(mnistFiles()).map(([name, content]) => [
    `${name}.gz`,
    new Uint8Array(gzipSync(content)),
  ]);
  const contents = Object.fromEntries(packed) as Record<string, Uint8Array>;
  const server = await serve(contents);
  files.mnist.files = Object.entries(contents).map(([name, content]) => describeFile(name, content, []));
  vi.stubGlobal("location", { href: "https://page.invalid/" });
  const dataDir = await folderWith(contents);
  for (const sizes of [{}, { trainSize: 30 }, { trainSize: 12, testSize: 5, seed: 3 }]) {
    const page = await loadDataset("mnist", { dataDir: server.url, ...sizes });
    const node = await loadInNode("mnist", { dataDir, ...sizes });
    expect([page.train, page.test]).toEqual([node.train, node.test]);
    const { seed, trainSize, testSize } = node.source;
    expect(page.source).toEqual({ kind: "fetched", homepage: "https://example.org", seed, trainSize, testSize });
  }
  expect((await loadDataset("glyphs28", { trainSize: 3, testSize: 2 })).train.size).toBe(3);
});

test("what Node refuses, a page refuses in the same words", async () => {
  vi.stubGlobal("location", { href: "https://page.invalid/" });
  for (const bad of [
    { trainSize: 0 },
    { seed: 0.5 },
    { difficulty: 0.5 },
    { imageSize: [8, 8] as const },
    { channels: 3 as const },
  ]) {
    const words = await loadInNode("mnist", bad).catch((error: Error) => error.message);
    await expect(loadDataset("mnist", bad)).rejects.toThrow(String(words));
  }
  await expect(loadDataset("mnist", { dataDir: "http://" })).rejects.toThrow(/dataDir is "http:\/\/"/);
  await expect(loadDataset("mnits")).rejects.toThrow(/Unknown data set "mnits"\. Known: mnist/);
});
