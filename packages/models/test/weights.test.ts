import { encodeSafetensors, InputError, type NamedTensor } from "@kwta/core";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeWeights } from "../src/index.ts";
import { readWeights } from "../src/index.node.ts";

/** A safetensors file of this header, and so many bytes of data. */
function safetensors(header: unknown, length: number, claimed?: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimed ?? json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const w = (changes: object = {}): object => ({ dtype: "F32", shape: [2], data_offsets: [0, 8], ...changes });
const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

describe("safetensors", () => {
  test("batch norm's counters, which PyTorch writes as whole numbers, come as numbers", () => {
    const counter = { dtype: "I64", shape: [], data_offsets: [8, 16] };
    const file = safetensors({ "bn.weight": w(), "bn.num_batches_tracked": counter }, 16);
    new DataView(file.buffer).setFloat32(file.length - 16, 2.5, true);
    new DataView(file.buffer).setBigInt64(file.length - 8, 391n, true);
    const { format, tensors } = decodeWeights(file);
    expect(format).toBe("safetensors");
    expect([...tensors]).toEqual([
      ["bn.weight", { shape: [2], data: Float32Array.of(2.5, 0) }],
      ["bn.num_batches_tracked", { shape: [], data: Float32Array.of(391) }],
    ]);
  });

  test.each([
    ["a pickle", 0x0280],
    ["a zip archive", 0x4b50],
    ["a gzip file", 0x8b1f],
    ["an ONNX model", 0x120708],
  ])("is not taken for %s when its header length looks like one", (_, length) => {
    const file = safetensors(`{"w":${JSON.stringify(w())}}`.padEnd(length), 8);
    expect(decodeWeights(file).format).toBe("safetensors");
  });

  test("a Buffer, which Node cuts from a larger one, is read as it is and left alone", () => {
    const whole = safetensors({ "bn.weight": w() }, 8);
    const file = Buffer.alloc(whole.length + 9, 0xff).subarray(5, 5 + whole.length);
    file.set(whole);
    expect(decodeWeights(file).tensors.get("bn.weight")!.data).toEqual(new Float32Array(2));
    expect(file.equals(whole)).toBe(true);
  });

  test.each([
    ["a header length that lies", safetensors({ w: w() }, 8, 2 ** 40), /header claims 1099511627776 bytes/],
    [
      "a tensor out of the file",
      safetensors({ w: w({ data_offsets: [8, 16] }) }, 8),
      /tensor "w" lies at bytes 8 to 16/,
    ],
    [
      "a shape that does not fit",
      safetensors({ w: w({ shape: [3] }) }, 8),
      /tensor "w" of shape \[3\] and dtype F32 needs 12 bytes and has 8/,
    ],
    [
      "overlapping tensors",
      safetensors({ a: w(), b: w({ data_offsets: [4, 12] }) }, 12),
      /tensors "a" and "b" overlap/,
    ],
    ["an unknown dtype", safetensors({ w: w({ dtype: "F13" }) }, 8), /tensor "w" has dtype "F13"/],
    [
      "a deep shape",
      safetensors(`{"w":{"dtype":"F32","shape":${deep},"data_offsets":[0,0]}}`, 0),
      /tensor "w" has shape \[\[\[/,
    ],
    ["no JSON", safetensors("{", 0), /its header is not JSON/],
    ["an empty file", new Uint8Array(0), /has 0 bytes/],
  ])("refused: %s", (_, bytes, message) => {
    const read = (): unknown => decodeWeights(bytes, "x");
    expect(read).toThrow(message);
    expect(read).toThrow(InputError);
  });
});

test("a file is named in what is wrong with it, whatever it is called", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "kwta-weights-")), "weights.pth");
  const tensors = new Map<string, NamedTensor>([["a.weight", { shape: [1], data: Float32Array.of(7) }]]);
  await writeFile(path, encodeSafetensors({ tensors, metadata: {} }));
  expect(await readWeights(path)).toEqual({ format: "safetensors", key: "", tensors });
  await writeFile(path, "PK\u0003\u0004 and no more");
  await expect(readWeights(path)).rejects.toThrow(/weights.pth" is not a usable zip archive/);
  await expect(readWeights(`${path}x`)).rejects.toThrow(/Cannot read ".*weights.pthx"/);
});
