// @ts-check
import { openRunFolder, readRunFile } from "@kwta/runs";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, twist } from "../json-text.mjs";
/** @import { Draws } from "../draws.mjs" */

let folder = "";

const RUN = {
  schema: "kwta-run@2",
  settings: {
    model: "small-cnn@kwta:0.1",
    dataset: { name: "glyphs28", subset: 100 },
    method: { id: "standard", params: {} },
    training: { epochs: 1, batchSize: 64, learningRate: { shape: "one-cycle", peak: 0.1, warmup: 0.25 }, seed: 0 },
  },
  computedBy: [{ backend: "cpu", versions: { "@kwta/core": "0.0.0" } }],
};
const LINE = { kind: "step", step: 1, loss: 0.5 };

/** Run folders: settings and metrics, nested, repeated, of the wrong kind. */
export const runJson = {
  name: "run.json",
  async prepare() {
    folder = mkdtempSync(join(tmpdir(), "kwta-fuzz-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  },
  /** @param {Draws} d */
  make(d) {
    if (d.chance(0.6)) return Buffer.from(d.chance(0.3) ? json(d) : twist(d, RUN));
    const lines = Array.from({ length: 1 + d.below(4) }, () => (d.chance(0.4) ? json(d) : twist(d, LINE)));
    return Buffer.from(`\n${lines.join("\n")}`);
  },
  /** @param {Uint8Array} bytes */
  async read(bytes) {
    const isMetrics = bytes[0] === 10;
    writeFileSync(join(folder, "run.json"), isMetrics ? JSON.stringify(RUN) : bytes);
    writeFileSync(join(folder, "metrics.jsonl"), isMetrics ? bytes : "");
    await readRunFile(folder);
    if (isMetrics) await openRunFolder(folder);
  },
};
