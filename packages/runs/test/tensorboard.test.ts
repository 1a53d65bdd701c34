import { expect, test } from "vitest";
import { crc32c } from "../src/tensorboard/crc32c.ts";
import { encodeEvent } from "../src/tensorboard/events.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("checksums are those of RFC 3720, appendix B.4", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
});

// By `event-files.py`, with TensorBoard 2.21.
test("records are byte for byte those of TensorBoard's writer", () => {
  const scalars = { kind: "scalars", step: 300, values: { "step/loss": 0.5 } } as const;
  expect(hex(encodeEvent(scalars, 1.5))).toBe(GOLDEN.scalars);
  expect(hex(encodeEvent({ kind: "version" }, 1.5))).toBe(GOLDEN.version);
  expect(hex(encodeEvent({ kind: "start", step: 7 }, 1.5))).toBe(GOLDEN.start);
});

const GOLDEN = {
  scalars: "200000000000000029eda95009000000000000f83f10ac022a120a100a09737465702f6c6f7373150000003fd2de0123",
  version: "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c",
  start: "0f000000000000006d532b0909000000000000f83f10073a020801774771c7",
};
