import { decodeSafetensors, sha256 } from "@kwta/core";
import { loadDataset, subset, toTensors } from "@kwta/datasets";
import { parseModelId } from "@kwta/models";
import { startBackend } from "@kwta/backend";
import { wasm } from "@kwta/backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { loadPretrained, PRETRAINED, pretrainedCard } from "../src/index.ts";
import { loadNet } from "../src/load-pretrained.ts";
import { NETS } from "../src/nets/index.ts";
import { platform } from "../src/platform/platform.browser.ts";

beforeAll(async () => {
  await startBackend([wasm()], { threads: 1 });
});

const folderOfImages = process.env["KWTA_DATA_DIR"];

test("all nets together have less than 25 MB", async () => {
  const sizes = await Promise.all(NETS.map(async ({ url }) => (await stat(url)).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(25e6);
});

describe.each(NETS)("$card.name", ({ card, url }) => {
  test("its name says data set, model and method, and its weights are those of the card, in half precision", async () => {
    const { method, gamma } = card.training;
    // Where an incremental training begins, it was natural so far.
    const isPlain = method === "standard" || method.includes(`from=${gamma}`);
    expect(card.name).toBe(`${card.dataset.name}/${card.model}${isPlain ? "" : `+${method.split(":")[0]}`}`);
    const bytes = await readFile(url);
    expect([bytes.length, await sha256(bytes)]).toEqual([card.weights.bytes, card.weights.sha256]);
    const numbers = [...decodeSafetensors(bytes).tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
    expect(bytes.length).toBeLessThan(2 * numbers + 30_000);
  });

  test("the numbers of its card fit each other", () => {
    const { clean, evaluations, training } = card;
    expect(parseModelId(card.model)).toBeDefined();
    expect(clean.accuracy.value).toBe(clean.accuracy.count / clean.accuracy.n);
    expect(Math.abs(clean.accuracy.count - clean.correctBefore)).toBeLessThanOrEqual(clean.changed);
    expect(training.seconds).toBeGreaterThan(0);
    expect(evaluations.length).toBeGreaterThan(0);
    for (const { command, protocol, n, clean: ownClean, robust } of evaluations) {
      expect(command.startsWith(`kwta evaluate pretrained:${card.name} --`)).toBe(true);
      expect(`${command} `).toContain(` --samples ${n} `);
      expect(protocol.startsWith(`${/--protocol ([\w-]+)/.exec(command)![1]}@`)).toBe(true);
      for (const [i, { accuracy, attacks }] of robust.entries()) {
        expect([accuracy.n, accuracy.low <= accuracy.value && accuracy.value <= accuracy.high]).toEqual([n, true]);
        expect(accuracy.value).toBeLessThanOrEqual(Math.min(ownClean.value, robust[i - 1]?.accuracy.value ?? 1));
        const ofAll = attacks.filter((each) => each.n === n);
        expect(accuracy.value).toBeLessThanOrEqual(Math.min(...ofAll.map((each) => each.accuracy)));
      }
    }
  });

  test("a model of its shape comes out, and nothing else is left in memory", async () => {
    const before = tf.memory().numTensors;
    const model = await loadPretrained(`pretrained:${card.name}`);
    expect([model.inputs[0]!.shape, model.outputs[0]!.shape]).toEqual([
      [null, ...card.inputShape],
      [null, card.classNames.length],
    ]);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.skipIf(folderOfImages === undefined)("it is as good as its card says, on 200 test images", async () => {
    const { test: images } = await loadDataset(card.dataset.name, { dataDir: folderOfImages, trainSize: 10 });
    const { x, labels } = toTensors(subset(images, 200), { start: 0, end: 200 });
    const model = await loadPretrained(card.name);
    const predicted = tf.tidy(() => tf.argMax(model.predict(x) as tf.Tensor, -1).dataSync());
    const right = predicted.filter((each, i) => each === labels[i]).length / 200;
    // Four standard errors.
    const { value } = card.clean.accuracy;
    expect(Math.abs(right - value)).toBeLessThan(4 * Math.sqrt((value * (1 - value)) / 200) + 0.005);
    model.dispose();
    x.dispose();
  });
});

test("an unknown name is refused, and the nearest one offered first", async () => {
  const { name } = PRETRAINED[0]!;
  expect(pretrainedCard(`pretrained:${name}`)).toBe(PRETRAINED[0]);
  await expect(loadPretrained(`pretrained:${name}x`)).rejects.toThrow(
    `Unknown pretrained net "${name}x". Known: ${name}`,
  );
});

test("weights of which one bit is another are refused, and so are those that are not there", async () => {
  const { card, url } = NETS[0]!;
  const folder = await mkdtemp(join(tmpdir(), "kwta-pretrained-"));
  try {
    const bytes = await readFile(url);
    bytes[bytes.length - 1]! ^= 1;
    const damaged = join(folder, "net.safetensors");
    await writeFile(damaged, bytes);
    const own = (path: string) => loadNet({ card, url: pathToFileURL(path) });
    await expect(own(damaged)).rejects.toThrow(`The weights of ${card.name} are damaged`);
    await expect(own(join(folder, "none"))).rejects.toThrow(/There is no .*none, which holds the weights of/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a page fetches them, and says what the server answers", async () => {
  const url = (body: string) => new URL(`data:,${body}`);
  expect([...(await platform.read(url("ab"), "it"))]).toEqual([97, 98]);
  await expect(platform.read(new URL("http://127.0.0.1:1/net"), "the net")).rejects.toThrow(
    /net, which holds the net, cannot be fetched/,
  );
});
