import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startPageBackend } from "../src/compute/start-backend.ts";
import { trainNet, type TrainNetEvent } from "../src/compute/train-net.ts";

test("a net that the page trains learns", async () => {
  await startPageBackend({ backend: "wasm:threads=1", broken: [] }, () => {});
  for (const activation of ["kwta:0.1", "relu"])
    for (const width of [4, 8]) {
      const events: TrainNetEvent[] = [];
      const start = performance.now();
      await trainNet({ activation, width, epochs: 3, seed: 0 }, (e) => events.push(e), undefined);
      console.log(
        activation,
        width,
        performance.now() - start,
        events.filter((e) => e.kind === "epoch").map((e) => e.testAccuracy),
        events
          .filter((e) => e.kind === "step")
          .map((e) => e.loss.toFixed(2))
          .join(" "),
        events.find((e) => e.kind === "epoch")!.file.length,
      );
    }
}, 200000);
