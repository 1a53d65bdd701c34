import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { QuickstartReport } from "../src/quickstart/report.ts";
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
      const { clean, attacks, robust, threat } = net.evaluation;
      expect(threat.epsilons).toEqual([0.1, 0.2, 0.3, 0.4].map((eps) => expect.closeTo(eps, 9) as number));
      // The expensive attack is run at the eps of the table alone.
      expect(attacks.map(({ id, at }) => [id, at.length])).toEqual([
        ["pgd", 4],
        ["gate", 4],
        ["gradient-estimate", 1],
      ]);
      const falling = [clean, ...robust.map(({ accuracy }) => accuracy)].map(({ count }) => count);
      expect(falling).toEqual([...falling].sort((a, b) => b - a));
      for (const { at } of attacks) {
        for (const { eps, accuracy, images, broken } of at) {
          const worst = robust.find((each) => each.eps === eps)!;
          if (accuracy.n === clean.n) expect(worst.accuracy.count).toBeLessThanOrEqual(accuracy.count);
          for (const { position } of images) expect(broken).toContain(position);
        }
      }
      expect(net.metrics.filter(({ kind }) => kind === "step")).toHaveLength(5);
    }
    const page = await readFile(join(folder, "report.html"), "utf8");
    expect(page).toContain("small-cnn-w4@kwta:0.1");
    expect(page).toContain("taken for");
    expect(page).not.toMatch(/(src|href)="https?:/);
  },
);
