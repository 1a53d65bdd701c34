import { decodeSafetensors, readInput, readJson, type Safetensors } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createModel, loadStateDict } from "../src/index.ts";
import { cosine, fromChannelsFirst, inputGradient, logits, relativeError } from "./classify.ts";
import { startWasm } from "./start-wasm.ts";

const references = process.env["KWTA_REFERENCE_DIR"] ?? "";
const images = join(process.env["KWTA_DATA_DIR"] ?? "", "cifar-10-batches-bin", "test_batch.bin");
const reason = !existsSync(join(references, "r18w16-relu.safetensors"))
  ? " (skipped: set KWTA_REFERENCE_DIR to the folder of reference values)"
  : !existsSync(images)
    ? " (skipped: set KWTA_DATA_DIR to the folder that holds cifar-10-batches-bin)"
    : "";

beforeAll(startWasm);

/** Nets that the authors' PyTorch code trained and measured. */
describe.skipIf(reason !== "").each([
  ["r18w16-relu", "resnet18-w16@relu"],
  ["r18w16-adv-relu", "resnet18-w16@relu"],
  ["r18w16-kwta0.1", "resnet18-w16@kwta:0.1"],
])(`%s as %s equals PyTorch${reason}`, (file, id) => {
  const isRelu = id.endsWith("relu");
  let model: LayersModel;
  let weights: Safetensors;
  let labels: Uint8Array;
  let x: tf.Tensor4D;

  beforeAll(async () => {
    weights = decodeSafetensors(await readInput(join(references, `${file}.safetensors`)));
    model = createModel(id, { inputShape: [32, 32, 3], numClasses: 10 });
    loadStateDict(model, weights.tensors);
    ({ labels, x } = firstImages(await readInput(images), 1000));
  });
  afterAll(() => {
    model?.dispose();
    x?.dispose();
  });

  test("logits and input gradients of the first 16 images", async ({ annotate }) => {
    const expected = decodeSafetensors(await readInput(join(references, `${file}.input-gradient.safetensors`))).tensors;
    const scores = expected.get("logits_first16")!.data;
    const gradient = expected.get("ce_sum_input_gradient_first16_NCHW")!.data;
    const first = tf.slice(x, 0, 16);
    const foundScores = logits(model, first);
    const foundGradient = inputGradient(model, first, labels.slice(0, 16));
    first.dispose();
    const errors = rows(scores, 10).map((row, i) => relativeError(rows(foundScores, 10)[i]!, row));
    const cosines = rows(gradient, 3072).map((row, i) => cosine(rows(foundGradient, 3072)[i]!, row));
    const flipped = errors.flatMap((error, i) => (error < 1e-3 ? [] : [i]));
    await annotate(
      `${file}: logits within ${Math.max(...errors).toExponential(1)}, least gradient cosine ` +
        `${Math.min(...cosines).toFixed(6)}, images moved by a winner that flipped: ${flipped.join(", ") || "none"}`,
    );
    expect(rows(foundScores, 10).map(argMax)).toEqual(rows(scores, 10).map(argMax));
    expect(Math.min(...cosines)).toBeGreaterThanOrEqual(isRelu ? 0.99999 : 0.99);
    if (isRelu) {
      expect(flipped).toEqual([]);
      expect(relativeError(foundGradient, gradient)).toBeLessThan(1e-3);
    } else {
      expect(flipped.length).toBeLessThanOrEqual(2);
    }
  });

  test.skipIf(file.includes("adv"))("clean accuracy on the first 1,000 images", { timeout: 120_000 }, async () => {
    const { cleanAccuracyFirst1000 } = (await readJson(join(references, `${file}.expected.json`))) as {
      cleanAccuracyFirst1000: number;
    };
    let correct = 0;
    for (let start = 0; start < 1000; start += 100) {
      const batch = tf.slice(x, start, 100);
      const found = rows(logits(model, batch), 10).map(argMax);
      correct += found.filter((label, i) => label === labels[start + i]).length;
      batch.dispose();
    }
    expect(Math.abs(correct - Math.round(1000 * cleanAccuracyFirst1000))).toBeLessThanOrEqual(isRelu ? 0 : 2);
  });
});

/** The first records of CIFAR-10's binary layout: a label byte, then 3 x 32 x 32 bytes. */
function firstImages(bytes: Uint8Array, count: number): { labels: Uint8Array; x: tf.Tensor4D } {
  const pixels = new Float32Array(count * 3072);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const record = bytes.subarray(i * 3073, (i + 1) * 3073);
    labels[i] = record[0]!;
    for (let j = 0; j < 3072; j++) pixels[i * 3072 + j] = record[j + 1]! / 255;
  }
  return { labels, x: fromChannelsFirst(pixels, [count, 3, 32, 32]) };
}

function rows(values: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: values.length / width }, (_, i) => values.subarray(i * width, (i + 1) * width));
}

function argMax(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}
