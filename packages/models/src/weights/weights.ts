import { decodeSafetensors, type NamedTensor } from "@kwta/core";
import { decodePth } from "./pth.ts";

/** What {@link decodeWeights} found. */
export interface Weights {
  readonly format: "pth" | "safetensors";
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

/**
 * Reads a file of weights, whichever it is: safetensors, or PyTorch's `.pth` in both of its formats. What it is, its first
 * bytes say, not its name. All numbers come as 32-bit floats, those of half precision and batch norm's counters
 * (`num_batches_tracked`) too. {@link loadStateDict} puts the tensors into a model.
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
  const isZip = file[0] === 0x50 && file[1] === 0x4b;
  // A pickle begins with its protocol. So may the header length of safetensors, whose upper half is 0 below 4 GiB.
  const isPickle = file[0] === 0x80 && file.subarray(4, 8).some((byte) => byte !== 0);
  if (isZip || isPickle) return { format: "pth", tensors: decodePth(file, source) };
  return { format: "safetensors", tensors: decodeSafetensors(file, source).tensors };
}
