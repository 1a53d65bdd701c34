import { decodeSafetensors, readInput } from "@kwta/core";
import { loadDataset, toTensors } from "@kwta/datasets";
import { createModel, loadStateDict } from "@kwta/models";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { startOrSkip } from "./backend.ts";

const references = process.env["KWTA_REFERENCE_DIR"] ?? "";
const dataDir = process.env["KWTA_DATA_DIR"] ?? "";
const reason = !existsSync(join(references, "r18w16-relu.safetensors"))
  ? " (skipped: set KWTA_REFERENCE_DIR to the folder of reference values)"
  : !existsSync(join(dataDir, "cifar-10-batches-bin"))
    ? " (skipped: set KWTA_DATA_DIR to the folder that holds cifar-10-batches-bin)"
    : "";

/** Nets that the authors' PyTorch code trained, on every backend; cpu is slow and gets fewer of the 16 images. */
describe.skipIf(reason !== "").each([
  ["cpu", 1],
  ["wasm:threads=1", 16],
  ["tensorflow:threads=1", 16],
  ["tensorflow:native=false", 16],
] as const)(`on %s, PyTorch's logits and input gradients of %d images${reason}`, (backend, images) => {
  beforeEach(({ skip }) => startOrSkip(backend, skip));

  test.each(["r18w16-relu", "r18w16-adv-relu", "r18w16-kwta0.1"])(
    "%s",
    async (name) => {
      const isRelu = name.endsWith("relu");
      const expected = await read(`${name}.input-gradient`);
      const { test: set } = await loadDataset("cifar10", { dataDir });
      const { x, labels } = toTensors(set, { start: 0, end: images });
      const model = createModel(`resnet18-w16@${isRelu ? "relu" : "kwta:0.1"}`, {
        inputShape: [32, 32, 3],
        numClasses: 10,
      });
      loadStateDict(model, await read(name));
      const { logits, gradient } = evaluate(model, x, labels);
      tf.dispose(x);
      model.dispose();
      const found = pairs(logits, expected.get("logits_first16")!.data, 10);
      const gradients = pairs(gradient, expected.get("ce_sum_input_gradient_first16_NCHW")!.data, 3072);
      const cosines = gradients.map(([a, b]) => cosine(a, b));
      expect(Math.min(...cosines)).toBeGreaterThanOrEqual(isRelu ? 0.999 : 0.99);
      found.forEach(([a, b]) => expect(argMax(a)).toBe(argMax(b)));
      // By rounding a unit at 0 may open or close, which moves that image's gradient; a winner moves its logits, too.
      expect(cosines.filter((each) => each < 0.99999).length).toBeLessThanOrEqual(2);
      const moved = found.filter(([a, b]) => relativeError(a, b) > 1e-3).length;
      expect(moved).toBeLessThanOrEqual(isRelu ? 0 : 2);
    },
    120_000,
  );
});

async function read(name: string): Promise<ReturnType<typeof decodeSafetensors>["tensors"]> {
  return decodeSafetensors(await readInput(join(references, `${name}.safetensors`))).tensors;
}

/** Logits, and the gradient of the summed cross-entropy in NCHW order. */
function evaluate(model: LayersModel, x: tf.Tensor4D, labels: Int32Array): Record<"logits" | "gradient", Float32Array> {
  const apply = (images: tf.Tensor): tf.Tensor2D => model.apply(images, { training: false }) as tf.Tensor2D;
  const loss = (images: tf.Tensor): tf.Scalar =>
    tf.neg(tf.sum(tf.mul(tf.logSoftmax(apply(images)), tf.oneHot(tf.tensor1d(labels, "int32"), 10))));
  const logits = tf.tidy(() => apply(x).dataSync<"float32">());
  const gradient = tf.tidy(() => tf.transpose(tf.grad(loss)(x), [0, 3, 1, 2]).dataSync<"float32">());
  return { logits, gradient };
}

/** What was found and what was expected, by image. */
function pairs(found: Float32Array, expected: Float32Array, width: number): [Float32Array, Float32Array][] {
  return Array.from({ length: found.length / width }, (_, i) => {
    const range = [i * width, (i + 1) * width] as const;
    return [found.subarray(...range), expected.subarray(...range)];
  });
}

function relativeError(found: Float32Array, expected: Float32Array): number {
  return Math.max(...expected.map((value, i) => Math.abs(value - found[i]!))) / Math.max(...expected.map(Math.abs));
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (u: Float32Array, v: Float32Array): number => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function argMax(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}
