import { decodeSafetensors, InputError, type NamedTensor } from "@kwta/core";
import { decodePth } from "./pth.ts";

/** What {@link decodeWeights} found. */
export interface Weights {
  readonly format: "pth" | "safetensors";
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

/**
 * Reads a file of weights, whichever it is: safetensors, or PyTorch's `.pth` in both of its formats. What it is, its first
 * bytes say, not its name. {@link loadStateDict} puts the tensors into a model.
 *
 * @param source named in errors
 * @throws InputError that says what is wrong, and with which tensor
 *
 * @example
 * ```ts
 * const { tensors } = decodeWeights(new Uint8Array(await (await fetch(url)).arrayBuffer()), url);
 * ```
 */
export function decodeWeights(file: Uint8Array, source = "the weights file"): Weights {
  // Node's Buffer is a Uint8Array whose `slice` does not copy.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  // A pickle begins with its protocol. So may the header length of safetensors, whose upper half is 0 below 4 GiB.
  const isPickle = bytes[0] === 0x80 && bytes.subarray(4, 8).some((byte) => byte !== 0);
  if (isZip || isPickle) return { format: "pth", tensors: decodePth(bytes, source) };
  return { format: "safetensors", tensors: readSafetensors(bytes, source) };
}

function readSafetensors(bytes: Uint8Array, source: string): Weights["tensors"] {
  try {
    return decodeSafetensors(withoutCounters(bytes), source).tensors;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`${source} is not a usable safetensors file: its header is nested too deeply.`);
  }
}

/**
 * A safetensors file without batch norm's `num_batches_tracked`: whole numbers, which the reader of floats would refuse,
 * and which no model here needs.
 */
function withoutCounters(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 8) return bytes;
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8) return bytes;
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>;
    const counters = Object.keys(header).filter((name) => name.endsWith(".num_batches_tracked"));
    if (counters.length === 0) return bytes;
    for (const name of counters) delete header[name];
    const json = new TextEncoder().encode(JSON.stringify(header));
    if (json.length > length) return bytes;
    const copy = bytes.slice().fill(0x20, 8, 8 + length);
    copy.set(json, 8);
    return copy;
  } catch {
    // What is wrong with the header, the reader says.
    return bytes;
  }
}
