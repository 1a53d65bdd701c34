import { DATASETS } from "@kwta/datasets";
import { openDataset } from "@kwta/runs";
import { expect, test } from "vitest";
import { quickstartProtocol } from "../src/quickstart/protocol.ts";
import { checkQuickstartSettings, quickstartSettings } from "../src/quickstart/settings.ts";

test("every data set has a preset, and says what it takes", async () => {
  for (const name of Object.keys(DATASETS)) {
    const { dataset, architecture } = quickstartSettings({ dataset: name, subset: 100, imageSize: [8, 8] });
    expect(dataset).toMatchObject({ name, subset: 100, imageSize: [8, 8] });
    expect(architecture).toMatch(/small-cnn|resnet18/);
    if (name === "folder") continue;
    await expect(openDataset(dataset)).rejects.toThrow(`The images of ${name} have a size of their own`);
  }
  expect(quickstartSettings({ dataset: "folder" }).dataset).toEqual({ name: "folder" });
});

test("curves reach to twice the eps of the table, as far as images do", () => {
  expect(quickstartSettings({ eps: "8/255" }).epsilons.map((eps) => 255 * eps)).toEqual([4, 8, 12, 16]);
  expect(quickstartSettings({ eps: 0.6 }).epsilons).toEqual([0.3, 0.6, expect.closeTo(0.9, 9)]);
});

test("the expensive attack is run at the eps of the table alone, on few images", () => {
  const { estimate, eps } = quickstartSettings();
  const { id, entries } = quickstartProtocol(estimate, eps);
  expect(id).toBe("quick@1:estimateSamples=0 + gradient-estimate");
  expect(entries.map((entry) => [entry.id, entry.samples, entry.eps])).toEqual([
    ["pgd", undefined, undefined],
    ["gate", undefined, undefined],
    ["gradient-estimate", 10, [0.125]],
  ]);
});

test("settings that are incomplete or somebody else's are refused", () => {
  const settings = quickstartSettings();
  const read = (value: unknown): unknown => checkQuickstartSettings(JSON.parse(JSON.stringify(value)), "the file");
  expect(read(settings)).toEqual(settings);
  for (const key of Object.keys(settings)) {
    for (const junk of [undefined, null, "x", {}]) {
      if (key === "architecture" && junk === "x") continue;
      expect(() => read({ ...settings, [key]: junk })).toThrow(/the file is incomplete or damaged/);
    }
  }
  for (const junk of [null, [], "text", 3]) expect(() => read(junk)).toThrow(/incomplete or damaged/);
  expect(() => read({ ...settings, architecture: "resnet19" })).toThrow(/Unknown architecture/);
});
