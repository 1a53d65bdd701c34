import { InputError, show } from "./errors.ts";

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

/**
 * Writes the safetensors format: an 8-byte little-endian header length, a JSON header, the data.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors(file: Safetensors): Uint8Array {
  const header: Record<string, unknown> = {};
  if (Object.keys(file.metadata).length > 0) header[METADATA] = file.metadata;
  let end = 0;
  for (const [name, { shape, data }] of file.tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  // Spaces after the JSON keep the data aligned to 8 bytes, as the format advises.
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + end).fill(0x20, 8, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, 8);
  let offset = 8 + padded;
  for (const { data } of file.tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file of 32-bit floats; every length and offset is checked before it is used.
 *
 * @param source named in errors
 * @throws InputError that names the tensor and what is wrong with it
 */
export function decodeSafetensors(bytes: Uint8Array, source = "the safetensors file"): Safetensors {
  const refuse = (reason: string): never => {
    throw new InputError(`${source} is not a usable safetensors file: ${reason}.`);
  };
  if (bytes.length < 8) refuse(`it has ${bytes.length} bytes, fewer than its header length takes`);
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (headerLength > bytes.length - 8) {
    refuse(`its header claims ${headerLength} bytes, the file has ${bytes.length}`);
  }
  const header = parseHeader(bytes.subarray(8, 8 + headerLength), refuse);
  const data = bytes.subarray(8 + headerLength);
  const tensors = new Map<string, NamedTensor>();
  const ranges: { name: string; start: number; end: number }[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) continue;
    const { shape, start, end } = checkEntry(name, value, data.length, refuse);
    ranges.push({ name, start, end });
    // A copy is aligned for floats, wherever the file put it, and does not keep the whole file alive.
    tensors.set(name, { shape, data: new Float32Array(data.slice(start, end).buffer) });
  }
  ranges.sort((a, b) => a.start - b.start);
  for (let i = 1; i < ranges.length; i++) {
    if (ranges[i]!.start < ranges[i - 1]!.end) {
      refuse(`tensors ${show(ranges[i - 1]!.name)} and ${show(ranges[i]!.name)} overlap`);
    }
  }
  return { tensors, metadata: checkMetadata(header[METADATA], refuse) };
}

const METADATA = "__metadata__";

type Refuse = (reason: string) => never;

function parseHeader(bytes: Uint8Array, refuse: Refuse): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return refuse("its header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    return refuse("its header is not a JSON object");
  }
  return header as Record<string, unknown>;
}

function checkEntry(
  name: string,
  value: unknown,
  dataLength: number,
  refuse: Refuse,
): { shape: number[]; start: number; end: number } {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (dtype !== "F32") refuse(`tensor ${show(name)} has dtype ${show(dtype)}, only "F32" is read`);
  if (!Array.isArray(shape) || !shape.every(isSize)) return refuse(`tensor ${show(name)} has shape ${show(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    return refuse(`tensor ${show(name)} has data_offsets ${show(offsets)}`);
  }
  const [start, end] = offsets as [number, number];
  const size = 4 * shape.reduce((product, n) => product * n, 1);
  if (start > end || end > dataLength) {
    refuse(`tensor ${show(name)} lies at bytes ${start} to ${end}, but there are ${dataLength} bytes of data`);
  }
  if (end - start !== size) {
    refuse(`tensor ${show(name)} of shape [${shape.join(", ")}] needs ${size} bytes and has ${end - start}`);
  }
  return { shape, start, end };
}

function checkMetadata(value: unknown, refuse: Refuse): Record<string, string> {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || !Object.values(value).every((v) => typeof v === "string")) {
    return refuse(`${METADATA} is not an object of strings`);
  }
  return value as Record<string, string>;
}
