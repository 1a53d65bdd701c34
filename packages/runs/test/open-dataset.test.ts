import { loadDataset } from "@kwta/datasets";
import { expect, test, vi } from "vitest";
import { openDataset } from "../src/index.node.ts";

vi.mock("@kwta/datasets", async (original) => ({
  ...(await original<typeof import("@kwta/datasets")>()),
  loadDataset: vi.fn<() => Promise<object>>(() => Promise.resolve({ notes: ["a file was passed over"] })),
}));

test("hands the settings and the wish to download on", async () => {
  const images = { dataDir: "photos", testSize: 9, imageSize: [8, 6], channels: 1, seed: 4 } as const;
  const notes: string[] = [];
  const onNote = (note: string): void => void notes.push(note);
  await openDataset({ name: "folder", subset: 50, ...images }, { download: true, onNote });
  expect(loadDataset).toHaveBeenCalledWith("folder", { ...images, trainSize: 50, download: true });
  expect(notes).toEqual(["a file was passed over"]);
});
