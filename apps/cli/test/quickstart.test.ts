import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { QuickstartReport } from "@kwta/experiments";
import { expect, test } from "vitest";
import { appears, built, emptyFolder, kwta } from "./kwta.ts";

const unbuilt = built ? "" : " (skipped: run `npm run build` first)";

test.skipIf(!built)(
  `the quickstart, stopped in the middle and resumed, ends with its report${unbuilt}`,
  { timeout: 240_000 },
  async () => {
    const cwd = await emptyFolder();
    const settings = ["--model", "small-cnn-w4", "--subset", "300", "--epochs", "1", "--samples", "6", "--eps", "0.2"];
    const stopped = await kwta(
      cwd,
      ["quickstart", ...settings],
      appears(join(cwd, "runs/quickstart-glyphs28-1/kwta/metrics.jsonl")),
    );
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain("Go on with: kwta quickstart --resume runs/quickstart-glyphs28-1");

    const { code, stdout } = await kwta(cwd, ["quickstart", "--resume"]);
    expect(code).toBe(0);
    const folder = join(cwd, "runs/quickstart-glyphs28-1");
    const report = JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as QuickstartReport;
    expect(stdout).toContain(report.finding);
    for (const net of [report.nets.relu, report.nets.kwta]) {
      const { clean, entries, robust, curves } = net.evaluation;
      expect(entries.map(({ id }) => id)).toEqual(["pgd", "gate", "gradient-estimate"]);
      for (const { accuracy } of entries) expect(robust.count).toBeLessThanOrEqual(accuracy.count);
      expect(robust.count).toBeLessThanOrEqual(clean.count);
      for (const { points } of curves) {
        const counts = points.map(({ accuracy }) => accuracy.count);
        expect(counts).toEqual([...counts].sort((a, b) => b - a));
      }
      expect(net.metrics.filter(({ kind }) => kind === "step")).toHaveLength(5);
    }
    const page = await readFile(join(folder, "report.html"), "utf8");
    expect(page).toContain("small-cnn-w4@kwta:0.1");
    expect(page).not.toMatch(/(src|href)="https?:/);
  },
);
