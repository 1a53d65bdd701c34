import { createModel } from "@kwta/models";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { networkVictim } from "../src/victim/network-victim.ts";
import { start } from "./backend.ts";

beforeAll(async () => void (await start("wasm:threads=1")));

const netOf = (id: string): ReturnType<typeof createModel> =>
  createModel(id, { inputShape: [8, 8, 3], numClasses: 3, seed: 0 });

test("a network is opened with its batch norm folded, under its own digest; exactly on request", async () => {
  const before = tf.memory().numTensors;
  const [folded, exact] = [{}, { exactBatchNorm: true }].map((options) =>
    networkVictim(netOf("small-cnn-w4@relu"), options),
  );
  expect([folded!.environment, exact!.environment]).toEqual([
    { batchNorm: expect.stringMatching(/folded/) as string },
    {},
  ]);
  expect(await folded!.classifier.digest!()).toBe(await exact!.classifier.digest!());
  const x = tf.randomUniform([2, 8, 8, 3], 0, 1, "float32", 1);
  const ids = Int32Array.of(0, 1);
  const [found, expected] = [folded!, exact!].map(({ classifier }) =>
    tf.tidy(() => classifier.logits(x, ids).dataSync()),
  );
  expect(found).toBeAllclose(expected!, { rtol: 0, ofLargest: 1e-5 });
  x.dispose();
  await folded!.dispose();
  await exact!.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("a network without batch norm after its layers says nothing of it", async () => {
  const victim = networkVictim(netOf("mlp@relu"), {});
  expect(victim.environment).toEqual({});
  await victim.dispose();
});
