import "@tensorflow/tfjs-backend-cpu";
import { InputError, readZip, writeZip } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeWeights, loadStateDict, openCheckpoint } from "../src/index.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

// Written by PyTorch 2.15: torch.save(..., _use_new_zipfile_serialization=False) makes the stream of PyTorch 1.0.
const fixture = (name: string): Uint8Array => readFileSync(new URL(`fixtures/${name}.pth`, import.meta.url));

describe.each(["zip", "stream"])("a %s file of PyTorch", (format) => {
  test("loads into a net that computes what PyTorch computed", () => {
    const net = sequential({
      layers: [
        layers.conv2d({ name: "conv", filters: 2, kernelSize: 1, useBias: false, inputShape: [3, 2, 1] }),
        layers.batchNormalization({ name: "bn", epsilon: 1e-5 }),
        layers.flatten({ name: "flatten" }),
        layers.dense({ name: "linear", units: 2 }),
      ],
    });
    const { format: found, tensors } = decodeWeights(fixture(`tiny-${format}`));
    expect(found).toBe("pth");
    loadStateDict(net, tensors);
    const logits = tf.tidy(() => [
      ...(net.predict(tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 3, 2, 1])) as tf.Tensor).dataSync(),
    ]);
    expect(logits[0]).toBeCloseTo(-0.08927261829376221, 6);
    expect(logits[1]).toBeCloseTo(-0.16071146726608276, 6);
    net.dispose();
  });

  test("gives the tensors of the one dict that has some: windows, transposed ones, all number types", () => {
    const tensors = decodeWeights(fixture(`views-${format}`)).tensors;
    const plain = Object.fromEntries([...tensors].map(([name, { shape, data }]) => [name, [shape, [...data]]]));
    expect(plain).toEqual({
      transposed: [
        [4, 3],
        [3, 7, 11, 4, 8, 12, 5, 9, 13, 6, 10, 14],
      ],
      slice: [[5], [20, 21, 22, 23, 24]],
      half: [[3], [1.5, -2, 65504]],
      bf16: [[3], [1.5, -2, Math.fround(3.0040553e38)]],
      double: [[2], [Math.fround(1e-3), 7]],
      long: [[2], [3, -4]],
      parameter: [
        [1, 2],
        [1, 2],
      ],
      scalar: [[], [5]],
      empty: [[0, 3], []],
      flag: [[2], [1, 0]],
    });
  });
});

/** A file whose pickle is this assembly: letters are themselves, numbers bytes. */
function archive(pickle: readonly (string | number)[], data: Record<string, Uint8Array> = {}): Uint8Array {
  const bytes = pickle.flatMap((part) => (typeof part === "number" ? [part] : [...new TextEncoder().encode(part)]));
  const files = Object.entries(data).map(([key, value]): [string, Uint8Array] => [`m/data/${key}`, value]);
  return writeZip(new Map([["m/data.pkl", Uint8Array.from([0x80, 2, ...bytes, 0x2e])], ...files]));
}

const short = (value: string): (string | number)[] => ["X", value.length, 0, 0, 0, value];
/** {"w": tensor} of a storage "0" of so many floats. */
const tensor = (held: number, offset: number, shape: number[], strides: number[]): (string | number)[] => [
  "}",
  ...short("w"),
  "ctorch._utils\n_rebuild_tensor_v2\n((",
  ...short("storage"),
  "ctorch\nFloatStorage\n",
  ...short("0"),
  ...short("cpu"),
  "K",
  held,
  "tQ",
  "K",
  offset,
  "(",
  ...shape.flatMap((n) => ["J", n & 255, (n >> 8) & 255, (n >> 16) & 255, n >> 24]),
  "t(",
  ...strides.flatMap((n) => ["K", n]),
  "t",
  0x89,
  "}tRs",
];
const floats = (...values: number[]): Record<string, Uint8Array> => ({
  0: new Uint8Array(Float32Array.from(values).buffer),
});

test("the small language of these tests says what it should", () => {
  const { shape, data } = decodeWeights(archive(tensor(4, 1, [3], [1]), floats(9, 1, 2, 3))).tensors.get("w")!;
  expect([shape, [...data]]).toEqual([[3], [1, 2, 3]]);
});

test.each([
  [
    "a call of os.system",
    archive(["cos\nsystem\n", ...short("true"), 0x85, "R"]),
    /holds no tensors with names, but this: "os system".*state_dict/,
  ],
  ["a whole model", archive(["ctorch.nn\nLinear\n)R"]), /but this: "torch.nn Linear"/],
  [
    "a tensor beyond its storage",
    archive(tensor(4, 2, [3], [1]), floats(1, 2, 3, 4)),
    /tensor "w" of shape \[3\] reaches number 5 of its storage, which holds 4/,
  ],
  [
    "a storage that claims more than there is",
    archive(tensor(9, 0, [9], [1]), floats(1, 2)),
    /tensor "w" .* number 9 .* holds 2/,
  ],
  [
    "a stride of 0 over a huge shape",
    archive(tensor(1, 0, [30000, 30000], [0, 0]), floats(1)),
    /tensor "w" of shape \[30000, 30000\] asks for more numbers than the file can hold/,
  ],
  ["a negative size", archive(tensor(1, 0, [-1], [1]), floats(1)), /no storage, offset, shape and strides/],
  ["another number of strides", archive(tensor(2, 0, [1, 2], [1]), floats(1, 2)), /shape \[1, 2\] and 1 strides/],
  ["numbers that are missing", archive(tensor(2, 0, [2], [1])), /numbers of tensor "w" are missing/],
  ["no tensors", archive(["}"]), /holds no tensors/],
  ["a list", archive(["]"]), /holds no tensors with names, but this: "list of 0"/],
  ["an archive of something else", writeZip(new Map([["a.txt", new Uint8Array(1)]])), /has no data.pkl/],
  ["a stream that is cut short", fixture("tiny-stream").slice(0, -20), /storage ".*" should hold .* in a file of/],
  [
    "a stream without its magic number",
    Uint8Array.from([0x80, 2, 0x4b, 1, 0x2e]),
    /does not begin as PyTorch's files do/,
  ],
] as [string, Uint8Array, RegExp][])("refused: %s", (_, bytes, message) => {
  const read = (): unknown => decodeWeights(bytes, "x.pth");
  expect(read).toThrow(message);
  expect(read).toThrow(InputError);
  expect(read).toThrow(/x\.pth/);
});

/** A module with these children, kept as value `memo`. */
const module = (children: readonly (string | number)[], memo: number): (string | number)[] => [
  "cm\nM\n)",
  0x81,
  "}(",
  ...short("_modules"),
  "}(",
  ...children,
  "u",
  ...short("_parameters"),
  "}ubq",
  memo,
];

test.each([
  [
    "a dict that lies in many places",
    archive(
      ["](", ...tensor(4, 0, [3], [1]), "q", 7, ...Array<string>(20_000).fill("h\u0007"), "e"],
      floats(1, 2, 3, 4),
    ),
    /more than 10000 dicts of tensors/,
  ],
  [
    "modules that are in each other again and again",
    archive([
      ...module([], 0),
      ...Array.from({ length: 60 }, (_, i) => ["0", ...module([...short("a"), "h", i, ...short("b"), "h", i], i + 1)]).flat(), // prettier-ignore
    ]),
    /parts of each other too often/,
  ],
  [
    "the same pairs in 20,000 ordered dicts",
    archive([
      "](",
      ...Array.from({ length: 20_000 }, (_, i) => ["M", i & 255, i >> 8, "N", 0x86]).flat(),
      "eq",
      0,
      "ccollections\nOrderedDict\nq",
      1,
      ...Array.from({ length: 20_000 }, () => ["h", 1, "h", 0, 0x85, "R"]).flat(),
    ]),
    /more memory or work than a file of that length/,
  ],
] as [string, Uint8Array, RegExp][])("refused before it costs much: %s", (_, bytes, message) => {
  const start = process.cpuUsage();
  expect(() => openCheckpoint(bytes)).toThrow(message);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(3);
});

test("refused: big-endian numbers", () => {
  const entries = readZip(fixture("tiny-zip"));
  const changed = new Map(
    [...entries].map(([name, data]) => [name, name.endsWith("byteorder") ? new TextEncoder().encode("big") : data]),
  );
  expect(() => decodeWeights(writeZip(changed))).toThrow(/big-endian/);
});
