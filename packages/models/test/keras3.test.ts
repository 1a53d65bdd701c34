import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { loadModel, saveModel } from "../src/index.node.ts";

interface Entry {
  readonly name: string;
  readonly from: string;
  readonly topology: object;
  readonly weights: readonly { readonly name: string; readonly shape: number[] }[];
  readonly data?: string;
  readonly y: number[];
  /** What 16-bit arithmetic leaves. */
  readonly tolerance?: number;
}

/** Written by fixtures/keras3/generate.py: models as TensorFlow.js's converter writes them, and Keras's own answers. */
const { shape, models, refused } = JSON.parse(
  await readFile(new URL("fixtures/keras3/models.json", import.meta.url), "utf8"),
) as { shape: number[]; models: Entry[]; refused: Entry[] };

beforeAll(async () => {
  await tf.setBackend("cpu");
});

async function folderOf({ topology, weights, data = "" }: Entry): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kwta-keras3-"));
  const size = weights.reduce((sum, each) => sum + 4 * tf.util.sizeFromShape(each.shape), 0);
  const bytes = Buffer.from(data, "base64");
  await writeFile(join(folder, "weights.bin"), bytes.length === 0 ? new Uint8Array(size) : bytes);
  const manifest = [{ paths: ["weights.bin"], weights: weights.map((each) => ({ ...each, dtype: "float32" })) }];
  const json = { format: "layers-model", modelTopology: topology, weightsManifest: manifest };
  await writeFile(join(folder, "model.json"), JSON.stringify(json));
  return folder;
}

function answer(model: LayersModel): number[] {
  return tf.tidy(() => {
    const size = 2 * tf.util.sizeFromShape(shape);
    const x = tf.tensor(
      Float32Array.from({ length: size }, (_, i) => Math.fround((i * 0.37) % 1)),
      [2, ...shape],
    );
    return [...(model.predict(x) as tf.Tensor).dataSync()];
  });
}

test.each(models.map((entry) => [entry.name, entry.from, entry] as const))(
  "%s, from %s, answers as Keras does",
  async (_name, _from, entry) => {
    const before = tf.memory().numTensors;
    const model = await loadModel(await folderOf(entry));
    const tolerance = { rtol: 0, atol: entry.tolerance ?? 1e-5, ofLargest: 1e-6 };
    const found = answer(model);
    expect(found).toBeAllclose(entry.y, tolerance);
    // It is an ordinary model then.
    const folder = await mkdtemp(join(tmpdir(), "kwta-keras3-"));
    await saveModel(model, folder);
    const again = await loadModel(folder);
    expect(answer(again)).toEqual(found);
    model.dispose();
    again.dispose();
    // TensorFlow.js frees a layer that is used twice at the second time.
    if (entry.name !== "shared") expect(tf.memory().numTensors).toBe(before);
  },
);

const REASONS: Readonly<Record<string, RegExp>> = {
  "grouped convolution": /"conv2d_\d+" has 2 groups, which TensorFlow.js does not have/,
  "group normalisation": /is of class "GroupNormalization", which TensorFlow.js does not have/,
  "root mean squares": /has rms_scaling/,
  "an operation": /is of class "Sin", which/,
  "an odd activation": /has the activation "sparsemax"/,
  "another slope of ELU": /has alpha 0.7/,
  "bilinear upsampling": /interpolates \("bilinear"\)/,
  "scales of channels": /has a scale or an offset for each channel/,
  "dilated depthwise": /is dilated, which TensorFlow.js ignores in "DepthwiseConv2D"/,
  "two rectifiers in one": /has several of max_value, negative_slope and threshold/,
};

test.each(refused.map((entry) => [entry.name, entry] as const))(
  "%s is refused with the layer's name",
  async (name, entry) => {
    const before = tf.memory().numTensors;
    const loading = loadModel(await folderOf(entry));
    await expect(loading).rejects.toThrow(/is not a usable model: its layer "/);
    await expect(loading).rejects.toThrow(REASONS[name]!);
    expect(tf.memory().numTensors).toBe(before);
  },
);
