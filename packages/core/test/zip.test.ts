import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError, readZip, writeZip } from "../src/index.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const two = (): Uint8Array =>
  writeZip(
    new Map([
      ["a/data.pkl", text("hello")],
      ["a/data/0", text("0123456789")],
    ]),
  );

test("what is written is read, whatever the names and the data", () => {
  const name = fc
    .stringMatching(/^[a-zé0-9_.]{1,9}(\/[a-z0-9]{1,5}){0,2}$/)
    .filter((n) => !n.split("/").includes(".."));
  fc.assert(
    fc.property(fc.dictionary(name, fc.uint8Array({ maxLength: 50 }), { noNullPrototype: true }), (files) => {
      const entries = new Map(Object.entries(files));
      expect([...readZip(writeZip(entries))]).toEqual([...entries].map(([key, data]) => [key, new Uint8Array(data)]));
    }),
    { seed: 1, numRuns: 100 },
  );
});

test("an archive in the middle of a larger buffer is read in place", () => {
  const archive = two();
  const buffer = new Uint8Array(archive.length + 7);
  buffer.set(archive, 7);
  const entries = readZip(buffer.subarray(7));
  expect(entries.get("a/data/0")).toEqual(text("0123456789"));
  expect(entries.get("a/data/0")!.buffer).toBe(buffer.buffer);
});

const find = (bytes: Uint8Array, word: string): number => new TextDecoder("latin1").decode(bytes).indexOf(word);

test.each([
  ["cut short", (b: Uint8Array) => b.slice(0, -3), /no end record/],
  ["empty", () => new Uint8Array(0), /no end record/],
  ["damaged data", (b: Uint8Array) => b.fill(0x30, find(b, "5678"), find(b, "5678") + 1), /checksum of "a\/data\/0"/],
  [
    "a directory beyond the end",
    (b: Uint8Array) => b.fill(0xff, b.length - 10, b.length - 8),
    /directory claims bytes/,
  ],
  [
    "more entries than there are",
    (b: Uint8Array) => b.fill(9, b.length - 14, b.length - 13).fill(9, b.length - 12, b.length - 11),
    /claims 9 entries and ends after 2/,
  ],
  [
    "a compressed entry",
    (b: Uint8Array) => b.fill(8, directory(b) + 10, directory(b) + 11),
    /"a\/data.pkl" is compressed \(method 8\)/,
  ],
  [
    "an encrypted entry",
    (b: Uint8Array) => b.fill(1, directory(b) + 8, directory(b) + 9),
    /"a\/data.pkl" is encrypted/,
  ],
  [
    "a size that lies",
    (b: Uint8Array) => b.fill(99, directory(b) + 24, directory(b) + 25),
    /stored in 5 bytes but claims 99/,
  ],
  [
    "sizes that lie alike",
    (b: Uint8Array) => b.fill(99, directory(b) + 21, directory(b) + 22).fill(99, directory(b) + 25, directory(b) + 26),
    /"a\/data.pkl" claims bytes 40 to/,
  ],
  [
    "another place",
    (b: Uint8Array) => b.fill(3, directory(b) + 42, directory(b) + 43),
    /"a\/data.pkl" should begin at byte 3/,
  ],
  ["another name at its place", (b: Uint8Array) => b.fill(0x62, 30, 31), /"a\/data.pkl" has another name/],
] as [string, (b: Uint8Array) => Uint8Array, RegExp][])("refused: %s", (_, damage, message) => {
  const read = (): unknown => readZip(damage(two()), "weights.pth");
  expect(read).toThrow(message);
  expect(read).toThrow(InputError);
  expect(read).toThrow(/^weights.pth is not a usable zip archive/);
});

test.each(["../up", "/etc/passwd", "a/../../b", "C:x", "a\\b", ""])("refused: the name %j", (name) => {
  expect(() => readZip(writeZip(new Map([[name, text("x")]])))).toThrow(/a name that leads out of its folder/);
});

test("refused: two names for the same bytes, which would unpack to twice the size", () => {
  const bytes = two();
  // The second entry of the directory becomes a copy of the first.
  const [first, second] = [directory(bytes), directory(bytes) + 46 + "a/data.pkl".length];
  const size = 46 + "a/data.pkl".length;
  const rest = bytes.slice(second + 46 + "a/data/0".length);
  const forged = new Uint8Array(first + 2 * size + rest.length);
  forged.set(bytes.subarray(0, first + size));
  forged.set(bytes.subarray(first, first + size), first + size);
  forged.set(rest, first + 2 * size);
  forged[forged.length - 10] = 2 * size;
  expect(() => readZip(forged)).toThrow(/"a\/data.pkl" and "a\/data.pkl" overlap/);
});

function directory(bytes: Uint8Array): number {
  return new DataView(bytes.buffer).getUint32(bytes.length - 6, true);
}
