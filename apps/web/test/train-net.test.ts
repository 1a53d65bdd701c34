import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { startPageBackend } from "../src/compute/start-backend.ts";
import { trainedId } from "../src/compute/trained-net.ts";
import { trainNet, type TrainNetEvent } from "../src/compute/train-net.ts";

const KWTA = fileURLToPath(new URL("../../cli/bin/kwta.mjs", import.meta.url));

test(
  "a net that the page trains learns, and its file is one that kwta evaluate reads",
  { timeout: 180_000 },
  async () => {
    await startPageBackend({ backend: "wasm:threads=1", broken: [] }, () => {});
    const before = tf.memory().numTensors;
    const request = { activation: "kwta:0.2", width: 8, epochs: 1, seed: 0 };
    const events: TrainNetEvent[] = [];
    await trainNet(request, (event) => events.push(event), undefined);
    expect(tf.memory().numTensors).toBe(before);
    const losses = events.flatMap((event) => (event.kind === "step" ? [event.loss] : []));
    expect(losses).toHaveLength(40);
    expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]!);
    const [epoch] = events.flatMap((event) => (event.kind === "epoch" ? [event] : []));
    expect(epoch!.testAccuracy).toBeGreaterThan(0.4);

    const folder = await mkdtemp(join(tmpdir(), "kwta-trained-"));
    await writeFile(join(folder, "net.safetensors"), epoch!.file);
    const args = [
      "evaluate",
      "net.safetensors",
      "--net",
      trainedId(request),
      "--dataset",
      "glyphs28",
      "--samples",
      "200",
    ];
    const attacks = ["--eps", "0.1", "--without", "gate,gradient-estimate"];
    const how = [...attacks, "--backend", "wasm:threads=1", "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, [KWTA, ...args, ...how], { cwd: folder });
    const report = JSON.parse(stdout) as { readonly clean: { readonly value: number } };
    await rm(folder, { recursive: true });
    // On other images of the same data set.
    expect(Math.abs(report.clean.value - epoch!.testAccuracy)).toBeLessThan(0.12);
  },
);
