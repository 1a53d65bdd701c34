import { InputError } from "@kwta/core";
import { expect, test, vi } from "vitest";
import { makeGlyphs, subset } from "../src/index.ts";
import { DATASETS, loadDataset, readCifar10 } from "../src/index.node.ts";
import { cifarFiles, folderWith } from "./_files.ts";

test("drawn sets pass their options through", async () => {
  const options = { seed: 3, trainSize: 20, testSize: 10, difficulty: 0.2 };
  const images = (await loadDataset("glyphs32", options)).train.images;
  expect(Buffer.compare(images, (await makeGlyphs("glyphs32", options)).train.images)).toBe(0);
  expect((await loadDataset("glyphs28", options)).source).toEqual({
    kind: "procedural",
    generator: "glyphs/1",
    ...options,
  });
});

test("sets on disk are cut to stratified subsets, and the source says so", async () => {
  const folder = await folderWith(cifarFiles());
  const whole = await readCifar10(folder);
  const data = await loadDataset("cifar10", { dataDir: folder, trainSize: 30, seed: 4 });
  const part = subset(whole.train, 30, 4);
  expect(data.train.ids).toEqual(part.ids);
  expect(Buffer.compare(data.train.images, part.images)).toBe(0);
  expect(Buffer.compare(data.test.images, whole.test.images)).toBe(0);
  expect(data.source).toEqual({ kind: "files", folder, seed: 4, trainSize: 30, testSize: 10 });
  await expect(loadDataset("cifar10", { dataDir: folder, testSize: 11 })).rejects.toThrow(
    "The number of test samples is 11; give a whole number from 1 to 10.",
  );
});

test("KWTA_DATA_DIR stands in for dataDir, the cache folder for both", async () => {
  vi.stubEnv("KWTA_DATA_DIR", await folderWith(cifarFiles()));
  expect((await loadDataset("cifar10")).train.size).toBe(100);
  vi.stubEnv("KWTA_DATA_DIR", "");
  vi.stubEnv("KWTA_CACHE_DIR", "");
  vi.stubEnv("XDG_CACHE_HOME", await folderWith(cifarFiles("kwta/datasets/")));
  expect((await loadDataset("cifar10")).train.size).toBe(100);
  vi.unstubAllEnvs();
});

test("bad requests are refused before any work", async () => {
  await expect(loadDataset("cifar11")).rejects.toThrow('Unknown data set "cifar11". Known: cifar10, ');
  for (const bad of [{ trainSize: 0 }, { testSize: 1.5 }, { seed: Number.NaN }, { difficulty: 0.5 }]) {
    await expect(loadDataset("mnist", { dataDir: "/nowhere", ...bad })).rejects.toThrow(InputError);
    await expect(loadDataset("mnist", { dataDir: "/nowhere", ...bad })).rejects.not.toThrow("no such folder");
  }
  for (const { load, needsFiles, shape } of Object.values(DATASETS)) {
    if (needsFiles) await expect(load({ dataDir: "/nowhere" })).rejects.toThrow("no such folder");
    else expect((await load({ trainSize: 10, testSize: 10 })).shape).toEqual(shape);
  }
});
