import "@tensorflow/tfjs-backend-cpu";
import { kwtaLayers, setGamma } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { layers, loadLayersModel, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
import { mkdir, mkdtemp, readFile, readdir, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { createModel } from "../src/index.ts";
import { loadModel, saveModel } from "../src/index.node.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), "kwta-models-"));
const small = { inputShape: [8, 8, 1], numClasses: 3, seed: 5 } as const;

function predict(model: LayersModel): number[] {
  const [, ...shape] = model.inputs[0]!.shape as number[];
  return tf.tidy(() => {
    const x = tf.reshape(tf.range(0, tf.util.sizeFromShape(shape)), [1, ...shape]);
    return [...(model.predict(tf.sin(x)) as tf.Tensor).dataSync()];
  });
}

async function savedModel(): Promise<{ path: string; logits: number[] }> {
  const path = join(await folder(), "a", "model");
  const model = createModel("small-cnn-w2@kwta:0.2", small);
  setGamma(model, 0.35);
  const tensors = tf.memory().numTensors;
  await saveModel(model, path);
  expect(tf.memory().numTensors).toBe(tensors);
  const logits = predict(model);
  model.dispose();
  return { path, logits };
}

test("a model comes back the same, with the gamma that it had", async () => {
  const { path, logits } = await savedModel();
  expect((await readdir(path)).sort()).toEqual(["model.json", "weights.bin"]);
  const tensors = tf.memory().numTensors;
  const again = await loadModel(path);
  expect(predict(again)).toEqual(logits);
  expect(new Set(kwtaLayers(again).map(({ gamma }) => gamma))).toEqual(new Set([0.35]));
  again.dispose();
  expect(tf.memory().numTensors).toBe(tensors);
});

test("TensorFlow.js's own loader reads what we write", async () => {
  const { path, logits } = await savedModel();
  const fetchFunc = async (url: string): Promise<Response> =>
    new Response(await readFile(join(path, url.split("/").pop()!)));
  const model = await loadLayersModel(
    tf.io.http("https://models.example/model.json", { fetchFunc: fetchFunc as typeof fetch }),
  );
  expect(predict(model)).toEqual(logits);
  model.dispose();
});

test("we read what other TensorFlow.js tools write: shards, no format field, user metadata", async () => {
  const path = await folder();
  const model = sequential({ layers: [layers.dense({ units: 3, inputShape: [4] }), layers.dense({ units: 2 })] });
  const logits = predict(model);
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const bytes = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
      await writeFile(join(path, "group1-shard1of2.bin"), bytes.subarray(0, 20));
      await writeFile(join(path, "group1-shard2of2.bin"), bytes.subarray(20));
      const weightsManifest = [{ paths: ["group1-shard1of2.bin", "./group1-shard2of2.bin"], weights: weightSpecs }];
      const userDefinedMetadata = { trainedOn: "glyphs28" };
      await writeFile(
        join(path, "model.json"),
        JSON.stringify({ modelTopology, weightsManifest, userDefinedMetadata }),
      );
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" as const } };
    }),
  );
  model.dispose();
  const again = await loadModel(path);
  expect(predict(again)).toEqual(logits);
  expect(again.getUserDefinedMetadata()).toEqual({ trainedOn: "glyphs28" });
  again.dispose();
});

test.each<[string, (path: string) => Promise<unknown>, RegExp]>([
  ["no such folder", async () => {}, /There is no model folder .*Name the folder that holds model.json/],
  ["an empty folder", (path) => mkdir(path), /Cannot read .*model.json": there is no such file/],
  ["text", (path) => write(path, "not json"), /model.json" is not valid JSON/],
  ["an array", (path) => write(path, "[]"), /not a TensorFlow.js layers model: it has no modelTopology/],
  ["null", (path) => write(path, "null"), /it holds no JSON object/],
  ["a graph model", (path) => write(path, '{"format": "graph-model"}'), /its format is "graph-model"/],
  ["no weights", (path) => write(path, '{"modelTopology": {}}'), /no usable weightsManifest/],
  [
    "odd weights",
    (path) => write(path, '{"modelTopology": {}, "weightsManifest": [{"paths": [], "weights": [null]}]}'),
    /no usable weightsManifest/,
  ],
  [
    "a path outside",
    (path) => write(path, '{"modelTopology": {}, "weightsManifest": [{"paths": ["a/../../x"], "weights": []}]}'),
    /"a\/..\/..\/x", which lies outside its folder/,
  ],
  [
    "an unknown dtype",
    (path) =>
      write(
        path,
        '{"modelTopology": {}, "weightsManifest": [{"paths": [], "weights": [{"name": "w", "shape": [1], "dtype": "string"}]}]}',
      ),
    /Weight "w" .* has dtype "string"/,
  ],
  [
    "an unknown layer",
    (path) => write(path, '{"modelTopology": {"class_name": "Nonsense", "config": {}}, "weightsManifest": []}'),
    /is not a usable model: its topology is of class "Nonsense"/,
  ],
])("%s is refused with a clear error", async (_, make, message) => {
  const path = join(await folder(), "model");
  await make(path);
  await expect(loadModel(path)).rejects.toThrow(message);
  await expect(loadModel(path)).rejects.toThrow(expect.objectContaining({ name: "InputError" }));
});

test("weights that were cut short are refused", async () => {
  const { path } = await savedModel();
  await truncate(join(path, "weights.bin"), 100);
  await expect(loadModel(path)).rejects.toThrow(
    /hold 100 bytes, its list of weights asks for \d+\. A file was cut short/,
  );
});

test("a topology that asks for more than its weights have is refused before anything is allocated", async () => {
  const { path } = await savedModel();
  const file = join(path, "model.json");
  const json = await readFile(file, "utf8");
  for (const [from, to, message] of [
    [
      '"filters": 4',
      '"filters": 2000000000',
      /its layer "conv\d" asks for a kernel of shape \[3,3,.,2000000000\], and its weights have \[3,3,.,4\]/,
    ],
    [
      '"units": 3',
      '"units": 4',
      /its layer "linear" asks for a kernel of shape \[\d+,4\], and its weights have \[\d+,3\]/,
    ],
    ["linear/kernel", "else/kernel", /cannot build the model/],
  ] as const) {
    expect(json).toContain(from);
    await writeFile(file, json.replace(from, to));
    await expect(loadModel(path)).rejects.toThrow(message);
  }
  await writeFile(file, json.replace('"units": 3', '"units": 3000000000').replace("linear/kernel", "else/kernel"));
  await expect(loadModel(path)).rejects.toThrow(
    /its layer "linear" asks for a kernel of shape \[\d+,3000000000\], and its weights have no such numbers left/,
  );
});

test("a huge input shape before a dense layer is refused before anything is allocated", async () => {
  const path = await folder();
  const model = sequential({ layers: [layers.dense({ units: 3, inputShape: [4] }), layers.dense({ units: 2 })] });
  await saveModel(model, path);
  model.dispose();
  const file = join(path, "model.json");
  const json = await readFile(file, "utf8");
  const shape = /"batch_input_shape": \[\s*null,\s*4\s*\]/;
  expect(json).toMatch(shape);
  const tensors = tf.memory().numTensors;
  for (const size of [5, 2 ** 40]) {
    await writeFile(file, json.replace(shape, `"batch_input_shape": [null, ${size}]`));
    await expect(loadModel(path)).rejects.toThrow(
      new RegExp(`asks for a kernel of shape \\[${size},3\\], and its weights have \\[4,3\\]`),
    );
  }
  expect(tf.memory().numTensors).toBe(tensors);
});

test("a connection to a layer that is not there is refused, and not waited for", async () => {
  const { path } = await savedModel();
  const file = join(path, "model.json");
  const json = await readFile(file, "utf8");
  const node = /("inbound_nodes": \[\s*\[\s*\[\s*)"([^"]+)",\s*0/;
  const [, , name] = node.exec(json)!;
  const tensors = tf.memory().numTensors;
  for (const wrong of ['"nowhere",0', `"${name}",7`]) {
    await writeFile(file, json.replace(node, `$1${wrong}`));
    await expect(loadModel(path)).rejects.toThrow(/not a usable model: a layer .* connected to one that is not there/);
  }
  expect(tf.memory().numTensors).toBe(tensors);
});

test("a stateful layer, which takes memory for any batch that a file claims, is refused", async () => {
  const path = await folder();
  const lstm = layers.lstm({ units: 2, recurrentInitializer: "zeros", batchInputShape: [1, 3, 2], stateful: true });
  const model = sequential({ layers: [lstm] });
  await saveModel(model, path);
  model.dispose();
  await expect(loadModel(path)).rejects.toThrow(/not a usable model: it has a stateful layer/);
});

test("initial weights, which a forged file could make TensorFlow.js draw forever, are not drawn", async () => {
  const path = await folder();
  const inner = sequential({ layers: [layers.dense({ units: 2, inputShape: [3], kernelInitializer: "heNormal" })] });
  const model = sequential({ layers: [inner, layers.dense({ units: 2 })] });
  const logits = predict(model);
  await saveModel(model, path);
  model.dispose();
  const file = join(path, "model.json");
  const json = await readFile(file, "utf8");
  await writeFile(file, json.replace('"scale": 2', '"scale": {}'));
  expect(await readFile(file, "utf8")).not.toBe(json);
  const again = await loadModel(path);
  expect(predict(again)).toEqual(logits);
  again.dispose();
});

test("models that are loaded at once do not disturb each other", async () => {
  const saved = [await savedModel(), await savedModel()];
  const models = await Promise.all(saved.map(({ path }) => loadModel(path)));
  expect(models.map(predict)).toEqual(saved.map(({ logits }) => logits));
  for (const model of models) model.dispose();
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(path);
  await writeFile(join(path, "model.json"), text);
}
