import { loadDataset } from "@kwta/datasets";
import { expect, test, vi } from "vitest";
import { openDataset } from "../src/index.node.ts";

vi.mock("@kwta/datasets", async (original) => ({
  ...(await original<typeof import("@kwta/datasets")>()),
  loadDataset: vi.fn<() => Promise<string>>(() => Promise.resolve("images")),
}));

test("hands the settings and the wish to download on", async () => {
  const settings = { name: "folder", dataDir: "photos", subset: 50, testSize: 9, imageSize: [8, 6], seed: 4 } as const;
  expect(await openDataset(settings, { download: true })).toBe("images");
  const expected = { dataDir: "photos", trainSize: 50, testSize: 9, imageSize: [8, 6], seed: 4, download: true };
  expect(loadDataset).toHaveBeenCalledWith("folder", expected);
});
