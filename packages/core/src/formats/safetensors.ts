import { isObject } from "../checks.ts";
import { InputError, show } from "../errors.ts";
import { fromHalf, toHalf } from "./half.ts";
import type { NumberArray } from "./number-array.ts";
import { NUMBER_FORMATS, readFloats, type NumberFormatName } from "./number-formats.ts";

/** A named array of 32-bit floats. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Options of {@link encodeSafetensors}. */
export interface EncodeSafetensorsOptions {
  /** How floats are stored: as they are, or as the nearest number of half precision. @defaultValue "F32" */
  readonly floats?: "F32" | "F16";
}

/**
 * Writes the safetensors format, floats as `F32` unless it is said otherwise, whole numbers as `I32`: an 8-byte little-endian
 * header length, a JSON header, the data.
 *
 * @throws InputError that names a tensor with a number that is too large for half precision, where that is asked for
 * @see https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors(
  file: Pick<Safetensors, "metadata"> & { readonly tensors: ReadonlyMap<string, NumberArray> },
  { floats = "F32" }: EncodeSafetensorsOptions = {},
): Uint8Array {
  // Without a prototype, so that a tensor may be called as it likes.
  const header = Object.create(null) as Record<string, unknown>;
  if (Object.keys(file.metadata).length > 0) header[METADATA] = file.metadata;
  let end = 0;
  const parts: ArrayBufferView[] = [];
  for (const [name, { shape, data }] of file.tensors) {
    const isHalf = floats === "F16" && data instanceof Float32Array;
    const part = isHalf ? toHalves(name, data) : data;
    const dtype = isHalf ? "F16" : data instanceof Float32Array ? "F32" : "I32";
    header[name] = { dtype, shape, data_offsets: [end, end + part.byteLength] };
    parts.push(part);
    end += part.byteLength;
  }
  // Spaces after the JSON keep the data aligned to 8 bytes, as the format advises.
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + end).fill(0x20, 8, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, 8);
  let offset = 8 + padded;
  for (const { buffer, byteOffset, byteLength } of parts) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  return bytes;
}

function toHalves(name: string, data: Float32Array): DataView {
  const halves = new DataView(new ArrayBuffer(2 * data.length));
  data.forEach((value, i) => {
    const half = toHalf(value);
    if (Number.isFinite(value) && !Number.isFinite(fromHalf(half))) {
      throw new InputError(
        `Half precision ends at 65,504, and the tensor ${show(name)} holds ${value}. Store 32 bits.`,
      );
    }
    halves.setUint16(2 * i, half, true);
  });
  return halves;
}

/**
 * Reads a safetensors file; every length and offset is checked before it is used.
 *
 * Weights are floats here, so all numbers come as 32-bit floats: `F32` bit for bit, `F16`, `BF16` and the 8-bit floats
 * exactly, `F64` rounded, and whole numbers and `BOOL` (such as batch norm's `num_batches_tracked`) as the nearest float,
 * which is exact up to 2^24. Other formats are refused.
 *
 * @param bytes a view of any kind, also Node's `Buffer`
 * @param source named in errors
 * @throws InputError that names the tensor and what is wrong with it
 */
export function decodeSafetensors(bytes: Uint8Array, source = "the safetensors file"): Safetensors {
  const { tensors, metadata } = openSafetensors(bytes, source);
  return { tensors: new Map([...tensors].map(([name, { shape, read }]) => [name, { shape, data: read() }])), metadata };
}

/** A tensor in a file, its numbers not read yet. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /** How the file stores its numbers, in the file's own words. */
  readonly dtype: string;
  /** A copy of its numbers, in C order. */
  readonly read: () => Float32Array;
}

/** What {@link openSafetensors} finds. */
export interface OpenSafetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** {@link decodeSafetensors} without the numbers, which each tensor reads when it is asked. */
export function openSafetensors(bytes: Uint8Array, source = "the safetensors file"): OpenSafetensors {
  const refuse: Refuse = (reason) => {
    throw new InputError(`${source} is not a usable safetensors file: ${reason}.`);
  };
  if (bytes.length < 8) refuse(`it has ${bytes.length} bytes, fewer than its header length takes`);
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (headerLength > bytes.length - 8) {
    refuse(`its header claims ${headerLength} bytes, the file has ${bytes.length}`);
  }
  if (headerLength > LONGEST_HEADER) refuse(`its header has ${headerLength} bytes; up to ${LONGEST_HEADER} are read`);
  const header = parseHeader(bytes.subarray(8, 8 + headerLength), refuse);
  const data = bytes.subarray(8 + headerLength);
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => checkEntry(name, value, data.length, refuse));
  // Before anything is copied: overlapping tensors could ask for far more than the file holds.
  refuseOverlap(entries, refuse);
  const tensors = entries.map(({ name, shape, dtype, start, end }): [string, StoredTensor] => {
    const format = NUMBER_FORMATS[dtype];
    return [name, { shape, dtype, read: () => readFloats(format, data, start, (end - start) / format.bytes) }];
  });
  return { tensors: new Map(tensors), metadata: checkMetadata(header[METADATA], refuse) };
}

/** Names and shapes of more than 100,000 tensors. */
const LONGEST_HEADER = 2 ** 24;
const METADATA = "__metadata__";

type Refuse = (reason: string) => never;

/** As PyTorch has it. */
const MOST_AXES = 64;

/** What the header says of a tensor. */
interface Entry {
  readonly name: string;
  readonly dtype: NumberFormatName;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function refuseOverlap(entries: readonly Entry[], refuse: Refuse): void {
  const sorted = [...entries].sort((a, b) => a.start - b.start);
  for (let i = 1; i < sorted.length; i++) {
    const [a, b] = [sorted[i - 1]!, sorted[i]!];
    if (b.start < a.end) refuse(`tensors ${show(a.name)} and ${show(b.name)} overlap`);
  }
}

function parseHeader(bytes: Uint8Array, refuse: Refuse): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return refuse("its header is not JSON");
  }
  if (!isObject(header)) {
    return refuse("its header is not a JSON object");
  }
  return header as Record<string, unknown>;
}

function checkEntry(name: string, value: unknown, dataLength: number, refuse: Refuse): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const tensor = `tensor ${show(name)}`;
  if (!isFormatName(dtype)) {
    return refuse(`${tensor} has dtype ${show(dtype)}; ${Object.keys(NUMBER_FORMATS).join(", ")} are read`);
  }
  if (!Array.isArray(shape) || shape.length > MOST_AXES || !shape.every(isSize)) {
    return refuse(`${tensor} has shape ${show(shape)}`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    return refuse(`${tensor} has data_offsets ${show(offsets)}`);
  }
  const [start, end] = offsets as [number, number];
  const size = shape.reduce((product, n) => product * n, NUMBER_FORMATS[dtype].bytes);
  if (start > end || end > dataLength) {
    refuse(`${tensor} lies at bytes ${start} to ${end}, but there are ${dataLength} bytes of data`);
  }
  if (end - start !== size) {
    refuse(`${tensor} of shape ${show(shape)} and dtype ${dtype} needs ${size} bytes and has ${end - start}`);
  }
  return { name, dtype, shape, start, end };
}

function isFormatName(value: unknown): value is NumberFormatName {
  return typeof value === "string" && Object.hasOwn(NUMBER_FORMATS, value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function checkMetadata(value: unknown, refuse: Refuse): Record<string, string> {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || !Object.values(value).every((v) => typeof v === "string")) {
    return refuse(`${METADATA} is not an object of strings`);
  }
  return value as Record<string, string>;
}
