import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Report } from "../driver/types.ts";
import { bench, built, unbuilt } from "./bench.ts";

const number = expect.any(Number);
const text = expect.stringMatching(/./);

test.skipIf(!built)(
  `op --quick: every contestant in every case, as JSON and as a table${unbuilt}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "kwta-bench-"));
    const { code, stdout, stderr } = await bench(["op", "--quick", "--json", join(folder, "op.json")]);
    expect(stderr).toMatch(/^op 1\/12 /);
    expect(code).toBe(0);
    const report = JSON.parse(await readFile(join(folder, "op.json"), "utf8")) as Report;
    await rm(folder, { recursive: true });

    expect(report.benchmark).toBe("op");
    const { load, runners, ...machine } = report.machine;
    expect(machine).toEqual({ cpu: text, cores: number, memory: text, os: text, node: process.version });
    expect(load).toEqual([number, number, number]);

    for (const row of report.rows) {
      expect(row).toEqual({ case: text, contestant: text, median: number, min: number, max: number, unit: "ms" });
      expect(row.min).toBeGreaterThan(0);
      expect(row.median).toBeGreaterThanOrEqual(row.min);
      expect(row.max).toBeGreaterThanOrEqual(row.median);
      expect(stdout).toContain(row.case);
    }
    const cases = [...new Set(report.rows.map((row) => row.case))];
    expect(cases).toContain("[4,65536] kwta:0.1 backward");
    expect(cases).toHaveLength(3 * 2 * 2);
    expect(Object.keys(runners)).toEqual(expect.arrayContaining(["kwta-wasm-1t", "tfjs-wasm-1t"]));
    for (const name of cases) {
      const contestants = report.rows.filter((row) => row.case === name).map((row) => row.contestant);
      expect(contestants).toEqual(expect.arrayContaining(["kwta-wasm-1t", "tfjs-wasm-1t"]));
      expect(new Set(contestants).size).toBe(contestants.length);
    }
    // Nobody has computed something else than the others, and it is said why PyTorch is missing.
    expect(report.notes.join("\n")).not.toMatch(/mean size/);
    expect(report.notes.join("\n")).toMatch(/pytorch-1t.*no-such-python/);
  },
  120_000,
);
