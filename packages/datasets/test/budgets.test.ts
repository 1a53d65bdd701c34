import { constants, crc32, deflateRawSync, deflateSync } from "node:zlib";
import { InputError } from "@kwta/core";
import { expect, test } from "vitest";
import { decodeMat } from "../src/index.ts";
import { decodeImage } from "../src/index.node.ts";
import { rawFixture } from "./_fixture.ts";

const MEBI = 2 ** 20;

function uint32(value: number, little = false): Buffer {
  const bytes = Buffer.alloc(4);
  if (little) bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value);
  return bytes;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
}

/** Of 16-bit RGBA, with chunks of any kind between its header and its pixels. */
function png(side: number, pixels: Uint8Array, ...between: Buffer[]): Uint8Array {
  const header = Buffer.concat([uint32(side), uint32(side), Uint8Array.of(16, 6, 0, 0, 0)]);
  const [first, last] = [chunk("IHDR", header), chunk("IDAT", pixels)];
  const signature = rawFixture("rgb.png").subarray(0, 8);
  return new Uint8Array(Buffer.concat([signature, first, ...between, last, chunk("IEND", new Uint8Array(0))]));
}

const zeros = (bytes: number): Buffer => deflateSync(Buffer.alloc(bytes), { level: 9 });

/** A zlib stream of so many mebibytes of zeros, its checksum included. */
function bomb(mebibytes: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(MEBI), { level: 9, finishFlush: constants.Z_SYNC_FLUSH });
  const blocks = Array.from({ length: mebibytes }, () => block);
  const sum = ((mebibytes * MEBI) % 65521) * 65536 + 1;
  return Buffer.concat([Uint8Array.of(0x78, 0xda), ...blocks, Uint8Array.of(3, 0), uint32(sum)]);
}

/** A matrix of int8 zeros in a compressed element, as MATLAB writes it. */
function mat(mebibytes: number): Uint8Array<ArrayBuffer> {
  const count = mebibytes * MEBI;
  const element = (type: number, data: Uint8Array): Buffer =>
    Buffer.concat([uint32(type, true), uint32(data.length, true), data, Buffer.alloc(-data.length & 7)]);
  const flags = element(6, Buffer.concat([uint32(6, true), uint32(0)]));
  const head = [flags, element(5, Buffer.concat([uint32(1, true), uint32(count, true)])), element(1, Buffer.from("x"))];
  const tag = Buffer.concat([uint32(1, true), uint32(count, true)]);
  const matrix = Buffer.concat([...head, tag, Buffer.alloc(count)]);
  const packed = deflateSync(Buffer.concat([uint32(14, true), uint32(matrix.length, true), matrix]), { level: 9 });
  const header = Buffer.concat([Buffer.alloc(124, 32), Uint8Array.of(0, 1), Buffer.from("IM")]);
  return new Uint8Array(Buffer.concat([header, uint32(15, true), uint32(packed.length, true), packed]));
}

/** A progressive JPEG whose scans come again and again. */
function manyScans(side: number): Uint8Array {
  const file = Buffer.from(rawFixture("progressive.jpg"));
  const frame = file.indexOf(Uint8Array.of(0xff, 0xc2));
  file.writeUInt16BE(side, frame + 5);
  file.writeUInt16BE(side, frame + 7);
  const [first, end] = [file.indexOf(Uint8Array.of(0xff, 0xda)), file.length - 2];
  const scans = Array.from({ length: 200 }, () => file.subarray(first, end));
  return new Uint8Array(Buffer.concat([file.subarray(0, first), ...scans, file.subarray(end)]));
}

test.each<[string, () => Uint8Array<ArrayBuffer> | Uint8Array, RegExp]>([
  ["244 kB of PNG that unpack to 251 MB", () => png(5600, bomb(240)), /claims to unpack to 250885600 bytes/],
  ["8 x 8 pixels with 100 MiB of them", () => png(8, bomb(100)), /its pixels are more than its header says/],
  ["8 x 8 pixels too few", () => png(8, zeros(519)), /its pixels are fewer/],
  ["a JPEG of thousands of scans", () => manyScans(2000), /claims to unpack to 16000000 bytes in \d+ scans/],
  ["a JPEG of 8100 x 8100 in 300 kB", () => manyScans(8100), /claims to unpack/],
])("%s: refused at once", async (_, make, words) => {
  const file = make();
  const start = process.cpuUsage();
  const work = decodeImage(file, "THE FILE");
  await expect(work).rejects.toThrow(InputError);
  await expect(work).rejects.toThrow(words);
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(1);
});

test("bombs beside the pixels are not unpacked", async () => {
  const name = Buffer.from("name\0\0");
  const extras = ["iCCP", "zTXt", "iTXt"].map((type) => chunk(type, Buffer.concat([name, bomb(100)])));
  const many = Array.from({ length: 10_000 }, () => chunk("tEXt", name));
  const start = process.cpuUsage();
  const picture = await decodeImage(png(8, zeros(520), ...extras, ...many));
  expect([picture.height, picture.width, picture.data.length]).toEqual([8, 8, 192]);
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(1);
});

test("97 kB of MAT are refused, numbers take no more than they have bytes", async () => {
  await expect(decodeMat(mat(97))).rejects.toThrow(/unpacks to more than such a file can hold/);
  const { data } = (await decodeMat(mat(4))).get("x")!;
  expect([data.constructor.name, data.byteLength]).toEqual(["Int8Array", 4 * MEBI]);
  const empty = Buffer.concat([uint32(14, true), uint32(0)]);
  const many = Buffer.concat([mat(1).subarray(0, 128), ...Array.from({ length: 1001 }, () => empty)]);
  await expect(decodeMat(new Uint8Array(many))).rejects.toThrow(/holds more than 1000 variables/);
});
