import "@tensorflow/tfjs-backend-cpu";
import { InputError, keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import {
  input,
  layers,
  model as modelOf,
  sequential,
  type LayersModel,
  type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { createModel } from "../src/index.ts";
import { loadModel, saveModel } from "../src/index.node.ts";
import { watchAllocations } from "./largest-allocation.ts";
import { mutate } from "./mutate.ts";

// `scripts/fuzz.mjs` sets it.
const count = Math.ceil(Number(process.env["KWTA_FUZZ_FILES"] ?? 600) / 2);

/** Dense, convolutional and recurrent layers, one behind another and with a branch, a model inside a model. */
const MODELS: readonly (() => LayersModel)[] = [
  () => createModel("small-cnn-w2@kwta:0.2", { inputShape: [8, 8, 1], numClasses: 3 }),
  () => createModel("resnet10-w2@relu", { inputShape: [8, 8, 1], numClasses: 3 }),
  () =>
    sequential({ layers: [layers.dense({ units: 3, inputShape: [4] }), layers.prelu(), layers.dense({ units: 2 })] }),
  () => {
    const x = input({ shape: [5, 2] });
    const row = layers.lstm({ units: 3, recurrentInitializer: "glorotUniform" }).apply(x) as SymbolicTensor;
    const inner = sequential({ layers: [layers.dense({ units: 4, inputShape: [3], name: "inner" })] });
    return modelOf({
      inputs: x,
      outputs: layers
        .add()
        .apply([inner.apply(row), layers.dense({ units: 4 }).apply(row)] as SymbolicTensor[]) as SymbolicTensor,
    });
  },
];

interface Folder {
  readonly path: string;
  readonly json: string;
  /** Bytes of both files. */
  readonly size: number;
}

let folders: Folder[];

beforeAll(async () => {
  await tf.setBackend("cpu");
  folders = await Promise.all(
    MODELS.map(async (make) => {
      const path = await mkdtemp(join(tmpdir(), "kwta-models-"));
      const model = make();
      await saveModel(model, path);
      model.dispose();
      const json = await readFile(join(path, "model.json"), "utf8");
      return { path, json, size: json.length + (await stat(join(path, "weights.bin"))).size };
    }),
  );
});

const LIES: readonly unknown[] = [
  0,
  1,
  2,
  3,
  -1,
  7,
  1e5,
  2 ** 31,
  2 ** 53,
  1e300,
  0.5,
  null,
  "",
  "x",
  [],
  {},
  true,
  [[[1]]],
];

/** The JSON with one to three values replaced by lies. */
function lie(json: string, i: number): string {
  const draws = keyedRandom(2, "lie", i).uniform(new Float32Array(8), 0, 0.999999);
  const root = JSON.parse(json) as object;
  for (let n = 0; n <= Math.floor(draws[0]! * 3); n++) {
    const places = placesIn(root);
    const [holder, key] = places[Math.floor(draws[2 * n + 1]! * places.length)]!;
    holder[key] = structuredClone(LIES[Math.floor(draws[2 * n + 2]! * LIES.length)]);
  }
  return JSON.stringify(root);
}

/** Every value in it that is no object, with what holds it. */
function placesIn(value: object): [holder: Record<string, unknown>, key: string][] {
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === "object" && item !== null
      ? placesIn(item as object)
      : [[value as Record<string, unknown>, key] as [Record<string, unknown>, string]],
  );
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

test.each<[string, (json: string, i: number) => string]>([
  ["bytes", (json, i) => textOf(mutate(Buffer.from(json, "latin1"), "model.json", i))],
  ["values", lie],
])(
  "damaged model.json (%s): loaded or refused with a reason, within the memory that the files justify, nothing left behind",
  async (_, damage) => {
    let read = 0;
    for (let i = 0; i < count; i++) {
      const { path, json, size } = folders[i % folders.length]!;
      await writeFile(join(path, "model.json"), damage(json, i), "latin1");
      const tensors = tf.memory().numTensors;
      const watched = watchAllocations();
      let failure: unknown;
      try {
        (await loadModel(path)).dispose();
        read++;
      } catch (error) {
        failure = error;
      }
      const largest = watched.stop();
      if (failure !== undefined && !(failure instanceof InputError)) throw new Error(`file ${i}`, { cause: failure });
      if (failure !== undefined) expect(failure.message.length).toBeLessThan(1000);
      expect([i, tf.memory().numTensors]).toEqual([i, tensors]);
      if (largest > 4 * size) throw new Error(`file ${i} of ${size} bytes: an array of ${largest} bytes`);
    }
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(count);
  },
  600_000,
);
