import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeSafetensors,
  encodeSafetensors,
  InputError,
  NUMBER_FORMATS,
  type NumberFormatName,
} from "../src/index.ts";

/** Written by Python: fixtures/make-safetensors.py. */
const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const expected = JSON.parse(fixture("formats.json").toString()) as {
  readonly bits: Record<string, number[]>;
  readonly shapes: Record<string, number[]>;
  readonly every: Record<string, string>;
};

const example = encodeSafetensors({
  tensors: new Map([
    ["conv.weight", { shape: [2, 3], data: Float32Array.of(1, -0, Number.NaN, Infinity, 1e-42, 6) }],
    ["empty", { shape: [0], data: new Float32Array(0) }],
    ["scalar", { shape: [], data: Float32Array.of(7) }],
  ]),
  metadata: { epoch: "3" },
});

/** A file of this header, and so many bytes of data. */
function withHeader(header: unknown, claimed?: bigint, length = 32): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + length);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

test("what is written is read back, bit for bit", () => {
  const { tensors, metadata } = decodeSafetensors(example);
  expect(metadata).toEqual({ epoch: "3" });
  expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([
    ["conv.weight", [2, 3]],
    ["empty", [0]],
    ["scalar", []],
  ]);
  expect([...tensors.get("conv.weight")!.data]).toEqual([1, -0, Number.NaN, Infinity, Math.fround(1e-42), 6]);
});

/** Bits of 32-bit floats, NaN always the same. */
function bitsOf(floats: Float32Array): Uint32Array {
  return new Uint32Array(floats.buffer, floats.byteOffset, floats.length).map((bits, i) =>
    Number.isNaN(floats[i]) ? 0x7fc00000 : bits,
  );
}

test("every number format comes out as NumPy converts it, batch norm's counters too", () => {
  const { tensors, metadata } = decodeSafetensors(fixture("formats.safetensors"));
  expect(metadata).toEqual({ made: "by NumPy" });
  const found = [...tensors].map(([name, { shape, data }]) => [name, shape, [...bitsOf(data)]]);
  const wanted = Object.entries(expected.bits).map(([name, bits]) => [name, expected.shapes[name], bits]);
  expect(found.sort()).toEqual(wanted.sort());
  expect(tensors.get("bn.num_batches_tracked")).toEqual({ shape: [], data: Float32Array.of(391) });
});

test.each(Object.keys(expected.every))("all numbers of %s are those of NumPy", (dtype) => {
  const { bytes } = NUMBER_FORMATS[dtype as NumberFormatName];
  const count = 256 ** bytes;
  const entry = { dtype, shape: [count], data_offsets: [0, count * bytes] };
  const file = withHeader({ a: entry }, undefined, count * bytes);
  const view = new DataView(file.buffer, file.length - count * bytes);
  const put = bytes === 1 ? view.setUint8.bind(view) : view.setUint16.bind(view);
  for (let bits = 0; bits < count; bits++) put(bits * bytes, bits, true);
  const digest = createHash("sha256").update(bitsOf(decodeSafetensors(file).tensors.get("a")!.data));
  expect(digest.digest("hex")).toBe(expected.every[dtype]);
});

/** What a file of half precision gives back of these numbers. */
function throughHalf(...values: readonly number[]): number[] {
  const tensors = new Map([["a", { shape: [values.length], data: Float32Array.from(values) }]]);
  return [...decodeSafetensors(encodeSafetensors({ tensors, metadata: {} }, { floats: "F16" })).tensors.get("a")!.data];
}

/** Those that half precision makes into other numbers than expected. */
function wrong(values: readonly number[], wanted: (i: number) => number): number[] {
  return throughHalf(...values).filter((found, i) => found !== wanted(i));
}

test("half precision stores the nearest number, of two the one whose last bit is 0", () => {
  const { read } = NUMBER_FORMATS.F16;
  // Those of positive sign, rising, up to 65,504.
  const halves = Array.from({ length: 0x7c00 }, (_, bits) => read(new DataView(Uint16Array.of(bits).buffer), 0));
  const middles = halves.slice(1).map((above, i) => (halves[i]! + above) / 2);
  const even = (i: number) => halves[i % 2 === 0 ? i : i + 1]!;
  expect(wrong(halves, (i) => halves[i]!)).toEqual([]);
  expect(wrong(middles, even)).toEqual([]);
  expect(wrong(middles.map((middle) => middle * (1 - 2 ** -22)), (i) => halves[i]!)).toEqual([]); // prettier-ignore
  expect(wrong(middles.map((middle) => -middle * (1 + 2 ** -22)), (i) => -halves[i + 1]!)).toEqual([]); // prettier-ignore
  expect(throughHalf(Infinity, -Infinity, Number.NaN, 65519.9)).toEqual([Infinity, -Infinity, Number.NaN, 65504]);
  expect(() => throughHalf(1, 65520)).toThrow(/ends at 65,504, and the tensor "a" holds 65520/);
});

test("a view into a larger buffer is read as it is and left alone, also a Buffer at an odd offset", () => {
  for (const [file, at] of [
    [example, 1],
    [fixture("formats.safetensors"), 3],
  ] as const) {
    const pool = Buffer.alloc(file.length + 64, 0xff);
    pool.set(file, at);
    const view = pool.subarray(at, at + file.length);
    expect(decodeSafetensors(view)).toEqual(decodeSafetensors(new Uint8Array(file)));
    expect(decodeSafetensors(new Uint8Array(pool.buffer, pool.byteOffset + at, file.length))).toEqual(
      decodeSafetensors(new Uint8Array(file)),
    );
    expect(view.equals(file)).toBe(true);
    expect(decodeSafetensors(view).tensors.values().next().value!.data.buffer.byteLength).toBeLessThan(file.length);
  }
});

test("a tensor may have any name", () => {
  const tensors = new Map([["__proto__", { shape: [1], data: Float32Array.of(2) }]]);
  expect(decodeSafetensors(encodeSafetensors({ tensors, metadata: {} })).tensors).toEqual(tensors);
});

test.each([
  ["a header length beyond the file", withHeader({}, 1n << 60n), /header claims/],
  ["an offset beyond the file", withHeader({ a: { dtype: "F32", shape: [9], data_offsets: [0, 36] } }), /"a".*36/],
  ["a shape that does not fit", withHeader({ a: { dtype: "F32", shape: [3], data_offsets: [0, 8] } }), /"a".*12 bytes/],
  [
    "another dtype",
    withHeader({ a: { dtype: "C64", shape: [1], data_offsets: [0, 8] } }),
    /"a" has dtype "C64"; F64, F32/,
  ],
  [
    "a dtype that all objects know",
    withHeader({ a: { dtype: "toString", shape: [], data_offsets: [0, 0] } }),
    /"toString"/,
  ],
  [
    "a dtype of another width",
    withHeader({ a: { dtype: "F16", shape: [2], data_offsets: [0, 8] } }),
    /needs 4 bytes and has 8/,
  ],
  [
    "a deep shape",
    withHeader(`{"a":{"dtype":"F32","shape":${"[".repeat(100_000)}${"]".repeat(100_000)},"data_offsets":[0,0]}}`),
    /"a" has shape \[\[\[\[/,
  ],
  ["a negative size", withHeader({ a: { dtype: "F32", shape: [-1], data_offsets: [0, 4] } }), /shape/],
  [
    "overlapping tensors",
    withHeader({
      a: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
      b: { dtype: "F32", shape: [2], data_offsets: [4, 12] },
    }),
    /"a" and "b" overlap/,
  ],
])("refuses %s", (_, bytes, message) => {
  expect(() => decodeSafetensors(bytes)).toThrow(message);
});

test("damaged files are read or refused, never anything else", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(example.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      fc.nat(example.length),
      (edits, length) => {
        const bytes = example.slice();
        for (const [at, value] of edits) bytes[at] = value;
        try {
          decodeSafetensors(bytes.subarray(0, length));
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      },
    ),
    { numRuns: 400, seed: 1 },
  );
});
