import { expect, test } from "vitest";
import { decodeSafetensors, encodeNpz, encodeSafetensors, readZip } from "../src/index.ts";

const arrays = new Map([
  ["x", { shape: [2, 1, 3], data: Float32Array.of(0, 1, -2, 0.5, NaN, Infinity) }],
  ["label", { shape: [2], data: Int32Array.of(7, -1) }],
  ["none", { shape: [0, 4], data: new Float32Array(0) }],
]);

test("an .npz is a zip archive of .npy files of version 1.0 whose numbers begin at a multiple of 64", () => {
  const files = readZip(encodeNpz(arrays));
  expect([...files.keys()]).toEqual(["x.npy", "label.npy", "none.npy"]);
  const parts = [...files.values()].map((file) => {
    const bytes = file.slice();
    const length = new DataView(bytes.buffer).getUint16(8, true);
    expect([...bytes.subarray(0, 8)]).toEqual([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
    expect((10 + length) % 64).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(10, 10 + length));
    expect(header).toMatch(/^\{.*\} *\n$/);
    return { header: header.trim(), data: bytes.slice(10 + length).buffer };
  });
  expect(parts.map(({ header }) => header)).toEqual([
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 3), }",
    "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4), }",
  ]);
  expect([...new Float32Array(parts[0]!.data)]).toEqual([0, 1, -2, 0.5, NaN, Infinity]);
  expect([...new Int32Array(parts[1]!.data)]).toEqual([7, -1]);
});

test("safetensors keep whole numbers as whole numbers", () => {
  const bytes = encodeSafetensors({ tensors: arrays, metadata: {} });
  expect(new TextDecoder().decode(bytes)).toContain('"label":{"dtype":"I32","shape":[2],"data_offsets":[24,32]}');
  expect([...decodeSafetensors(bytes).tensors.get("label")!.data]).toEqual([7, -1]);
});
