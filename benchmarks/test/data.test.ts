import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Report } from "../driver/types.ts";
import { bench, built, unbuilt } from "./bench.ts";

test.skipIf(!built)(
  `data --quick: batches by one thread, training steps by each runner, all in images/s${unbuilt}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "kwta-bench-"));
    const { code } = await bench(["data", "--quick", "--json", join(folder, "data.json")]);
    expect(code).toBe(0);
    const { rows, notes } = JSON.parse(await readFile(join(folder, "data.json"), "utf8")) as Report;
    await rm(folder, { recursive: true });
    for (const shape of ["[28,28,1]", "[32,32,3]"]) {
      for (const augment of ["none", "crop-flip", "crop-flip-cutout"]) {
        const [row, ...others] = rows.filter((each) => each.case === `${shape} batches ${augment}`);
        expect([row?.contestant, row?.unit, others]).toEqual(["kwta-wasm-1t", "images/s", []]);
        expect(row!.min).toBeGreaterThan(0);
      }
      expect(rows.some((each) => each.case === `${shape} training step mlp`)).toBe(true);
    }
    expect(notes.join("\n")).not.toMatch(/mean size/);
  },
  120_000,
);
