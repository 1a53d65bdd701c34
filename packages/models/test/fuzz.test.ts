import { encodeSafetensors, InputError, readZip, writeZip } from "@kwta/core";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeWeights } from "../src/index.ts";
import { watchAllocations } from "./largest-allocation.ts";
import { mutate } from "./mutate.ts";

// `scripts/fuzz.mjs` sets it.
const count = Number(process.env["KWTA_FUZZ_FILES"] ?? 600);

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}.pth`, import.meta.url)));
const tiny = fixture("tiny-zip");
const views = fixture("views-zip");
const streams = [fixture("tiny-stream"), fixture("views-stream")];
const safetensors = encodeSafetensors({
  tensors: decodeWeights(tiny).tensors,
  metadata: { format: "pt" },
});

/** Damage inside an archive whose checksums are right all the same. */
function mutateInside(file: Uint8Array, i: number): Uint8Array {
  const entries = [...readZip(file)];
  // The pickle two times out of three.
  const at = i % 3 === 0 ? i % entries.length : 0;
  return writeZip(new Map(entries.map(([name, data], j) => [name, j === at ? mutate(data, "inside", i) : data])));
}

const KINDS: readonly (readonly [kind: string, damaged: (i: number) => Uint8Array])[] = [
  ["safetensors", (i) => mutate(safetensors, "safetensors", i)],
  ["archive", (i) => mutate(i % 2 ? tiny : views, "zip", i)],
  ["pickle in an archive", (i) => mutateInside(i % 2 ? tiny : views, i)],
  ["stream", (i) => mutate(streams[i % 2]!, "stream", i)],
];

test.each(KINDS)(
  "damaged files (%s) are read or refused with a reason, and take no more memory than they justify",
  (_, damaged) => {
    let read = 0;
    for (let i = 0; i < count / KINDS.length; i++) {
      const bytes = damaged(i);
      let held = 0;
      let failure: unknown;
      const watched = watchAllocations();
      try {
        const { tensors } = decodeWeights(bytes, "x");
        held = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
        read++;
      } catch (error) {
        failure = error;
      }
      const largest = watched.stop();
      if (failure !== undefined && !(failure instanceof InputError)) throw new Error(`file ${i}`, { cause: failure });
      if (failure !== undefined) expect(failure.message.length).toBeLessThan(1000);
      if (largest > 4 * bytes.length + 4096 || held > 4 * bytes.length) {
        throw new Error(`file ${i} of ${bytes.length} bytes: one array of ${largest} bytes, ${held} bytes in all`);
      }
    }
    // Damage to a number is no damage to the format: some must pass, or the files were wrong to begin with.
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(count / KINDS.length);
  },
  600_000,
);
