import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors, InputError } from "../src/index.ts";

const example = encodeSafetensors({
  tensors: new Map([
    ["conv.weight", { shape: [2, 3], data: Float32Array.of(1, -0, Number.NaN, Infinity, 1e-42, 6) }],
    ["empty", { shape: [0], data: new Float32Array(0) }],
    ["scalar", { shape: [], data: Float32Array.of(7) }],
  ]),
  metadata: { epoch: "3" },
});

/** The same bytes with another header of any length. */
function withHeader(header: unknown, claimed?: bigint): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + 32);
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

test.each([
  ["a header length beyond the file", withHeader({}, 1n << 60n), /header claims/],
  ["an offset beyond the file", withHeader({ a: { dtype: "F32", shape: [9], data_offsets: [0, 36] } }), /"a".*36/],
  ["a shape that does not fit", withHeader({ a: { dtype: "F32", shape: [3], data_offsets: [0, 8] } }), /"a".*12 bytes/],
  ["another dtype", withHeader({ a: { dtype: "BF16", shape: [1], data_offsets: [0, 2] } }), /"BF16"/],
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
