import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { InputError } from "@kwta/core";
import decodeJpeg, { init } from "@jsquash/jpeg/decode.js";
import { convertIndexedToRgb, decode as decodePng, type DecodedPng } from "fast-png";
import { imageHeader } from "./image-header.ts";

/** A picture, row by row. */
export interface DecodedImage {
  readonly height: number;
  readonly width: number;
  /** Grey, or red, green and blue. */
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** Larger pictures are refused before they are unpacked. */
const MOST_PIXELS = 2 ** 26;

/**
 * Decodes a PNG (all kinds; transparency is left out, 16 bits become 8) or a JPEG, told by its first bytes. The pixels
 * are those of libjpeg and of Pillow.
 *
 * @param source named in errors
 * @throws InputError when it is neither, damaged or has more than 2^26 pixels
 */
export async function decodeImage(bytes: Uint8Array, source = "The picture"): Promise<DecodedImage> {
  const header = imageHeader(bytes);
  if (!header) throw new InputError(`${source} is neither a PNG nor a JPEG. Convert it or leave it out.`);
  const { kind, width, height } = header;
  if (width * height > MOST_PIXELS) {
    throw new InputError(`${source} has ${width} x ${height} pixels, more than the ${MOST_PIXELS} that are read.`);
  }
  try {
    return kind === "png" ? fromPng(decodePng(bytes, { checkCrc: true })) : await fromJpeg(bytes);
  } catch (error) {
    const reason = error instanceof Error ? `: ${error.message}` : "";
    throw new InputError(`${source} is not a usable ${kind.toUpperCase()}${reason}. It is damaged or cut short.`);
  }
}

function fromPng(png: DecodedPng): DecodedImage {
  const { width, height } = png;
  if (png.palette) {
    const colours = convertIndexedToRgb(png);
    return { width, height, channels: 3, data: keepChannels(colours, colours.length / (width * height), 3) };
  }
  const values = toBytes(png);
  const channels = png.channels < 3 ? 1 : 3;
  return { width, height, channels, data: keepChannels(values, png.channels, channels) };
}

/** Eight bits a value. */
function toBytes({ data, depth, width, height }: DecodedPng): Uint8Array {
  if (data instanceof Uint16Array) return Uint8Array.from(data, (value) => Math.round(value / 257));
  if (depth === 8) return Uint8Array.from(data);
  // Grey of 1, 2 or 4 bits: each row begins with a new byte.
  const out = new Uint8Array(width * height);
  const most = 2 ** depth - 1;
  const row = Math.ceil((width * depth) / 8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      out[y * width + x] = (((data[y * row + (bit >> 3)]! >> (8 - depth - (bit & 7))) & most) * 255) / most;
    }
  }
  return out;
}

function keepChannels(data: Uint8Array, from: number, to: number): Uint8Array {
  if (from === to) return data;
  const out = new Uint8Array((data.length / from) * to);
  for (let i = 0; i < out.length; i++) out[i] = data[Math.floor(i / to) * from + (i % to)]!;
  return out;
}

let ready: Promise<void> | undefined;
/** What the decoder says of the current picture. */
let remarks = "";

async function fromJpeg(bytes: Uint8Array): Promise<DecodedImage> {
  const printErr = (text: string): void => void (remarks += text);
  ready ??= init({ wasmBinary: wasmBinary(), print() {}, printErr } as Parameters<typeof init>[0]);
  await ready;
  remarks = "";
  try {
    const { width, height, data } = await decodeJpeg(bytes.slice().buffer);
    // It fills up with grey what is missing.
    if (remarks.includes("Premature end")) throw new Error("its end is missing");
    return { width, height, channels: 3, data: keepChannels(new Uint8Array(data.buffer), 4, 3) };
  } catch (error) {
    // It leaves the program when a file is damaged, and is not to be used again then.
    ready = undefined;
    throw error;
  }
}

function wasmBinary(): ArrayBuffer {
  const path = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
  return new Uint8Array(readFileSync(path)).buffer;
}
