import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { encodeOnnx, foldBatchNorm } from "../src/index.ts";
import { logits, relativeError } from "./classify.ts";
import { formulaImages, formulaNet, SMALL_NETS } from "./small-nets.ts";

// Like the benchmarks: another Python than `python3` is named by KWTA_PYTHON.
const python = process.env["KWTA_PYTHON"] ?? "python3";
const absent =
  spawnSync(python, ["-c", "import onnxruntime, numpy"]).status === 0
    ? ""
    : " (skipped: KWTA_PYTHON names no Python with onnxruntime)";
const folder = mkdtempSync(join(tmpdir(), "kwta-onnx-"));

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const RUN = `
import json, sys, numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
x = numpy.fromfile(sys.argv[1], "<f4").reshape(json.loads(sys.argv[2]))
results = []
for path in sys.argv[3:]:
    session = onnxruntime.InferenceSession(path, options)
    (value,) = session.get_inputs()
    (logits,) = session.run(["logits"], {"input": x})
    results.append({"shape": value.shape, "logits": logits.ravel().tolist()})
print(json.dumps(results))
`;

/** What onnxruntime makes of files and of images that come as NHWC, and the input shape that it sees. */
function runOnnx(files: readonly Uint8Array[], x: tf.Tensor): { shape: unknown[]; logits: number[] }[] {
  const paths = files.map((file, i) => {
    const path = join(folder, `model-${i}.onnx`);
    writeFileSync(path, file);
    return path;
  });
  const data = join(folder, "x.bin");
  const first = tf.transpose(x, [0, 3, 1, 2]);
  writeFileSync(data, new Uint8Array(Float32Array.from(first.dataSync()).buffer));
  const args = ["-c", RUN, data, JSON.stringify(first.shape), ...paths];
  first.dispose();
  const { stdout, stderr, status } = spawnSync(python, args, { encoding: "utf8" });
  expect([status, stderr.match(/.*(error|invalid).*/i)]).toEqual([0, null]);
  return JSON.parse(stdout) as { shape: unknown[]; logits: number[] }[];
}

test.skipIf(absent).each(SMALL_NETS)(
  `%s gives the same logits in onnxruntime, with ReLU, k-WTA and folded${absent}`,
  (architecture, inputShape) => {
    const x = formulaImages(3, inputShape);
    const nets = ["relu", "kwta:0.2"].map((activation) => formulaNet(`${architecture}@${activation}`, inputShape));
    nets.push(foldBatchNorm(nets[1]!));
    const tensors = tf.memory().numTensors;
    const found = runOnnx(nets.map(encodeOnnx), x);
    expect(tf.memory().numTensors).toBe(tensors);
    const [height, width, channels] = inputShape;
    for (const [i, net] of nets.entries()) {
      expect(found[i]!.shape).toEqual(["batch", channels, height, width]);
      expect(found[i]!.logits).toBeAllclose(logits(net, x), { rtol: 0, ofLargest: 1e-4 });
      net.dispose();
    }
    x.dispose();
  },
  60_000,
);

test.skipIf(absent)(
  `every activation gives the same logits in onnxruntime, on images and on rows${absent}`,
  () => {
    const specs = ["kwta-channel:0.3", "kwta-abs:0.3", "kwta-k:7", "lwta:2", "max-pool:2", "break-relu:0.5"];
    const x = formulaImages(3, [9, 11, 2]);
    const nets = specs.map((spec) => formulaNet(`small-cnn-w4@${spec}`, [9, 11, 2]));
    const found = runOnnx(nets.map(encodeOnnx), x);
    for (const [i, net] of nets.entries()) {
      expect([specs[i], relativeError(found[i]!.logits, logits(net, x))]).toEqual([specs[i], expect.closeTo(0, 4)]);
      net.dispose();
    }
    x.dispose();
  },
  60_000,
);

/** Layers of other people's models: TensorFlow's uneven "same", dilation, built-in activations, rescaling, dropout. */
function foreignNet(): LayersModel {
  return sequential({
    layers: [
      layers.rescaling({ scale: 2, offset: -1, inputShape: [9, 10, 2] }),
      layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
      layers.conv2d({ filters: 3, kernelSize: [1, 3], padding: "same", dilationRate: [1, 2] }),
      layers.activation({ activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2, padding: "same" }),
      layers.dropout({ rate: 0.5 }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
      layers.flatten(),
      layers.dense({ units: 6 }),
      layers.softmax(),
      layers.dense({ units: 4, activation: "softmax" }),
    ],
  });
}

test.skipIf(absent)(`layers of other models give the same numbers in onnxruntime${absent}`, () => {
  const net = foreignNet();
  const x = formulaImages(2, [9, 10, 2]);
  expect(runOnnx([encodeOnnx(net)], x)[0]!.logits).toBeAllclose(logits(net, x), { rtol: 0, ofLargest: 1e-5 });
  net.dispose();
  x.dispose();
});

test("what has no ONNX form is refused by name", () => {
  const strange = sequential({ layers: [layers.upSampling2d({ name: "up", inputShape: [4, 4, 1] })] });
  expect(() => encodeOnnx(strange)).toThrow(
    /Layer "up" of class UpSampling2D cannot be written as ONNX. Known: .*KWTA/,
  );
  const tanh = sequential({ layers: [layers.dense({ name: "d", units: 2, activation: "tanh", inputShape: [4] })] });
  expect(() => encodeOnnx(tanh)).toThrow(/Layer "d" has the activation "tanh"/);
  strange.dispose();
  tanh.dispose();
});

test("equal models make equal files", () => {
  const [a, b] = [1, 2].map(() => formulaNet("small-cnn-w2@kwta:0.2", [8, 8, 1]));
  expect(encodeOnnx(a!)).toEqual(encodeOnnx(b!));
  a!.dispose();
  b!.dispose();
});
