import { readFloats, show, type NumberFormat } from "@kwta/core";
import type { Refuse, TorchTensor } from "./torch-pickle.ts";

/** Bytes of the storages by their keys. */
export type Storages = ReadonlyMap<string, Uint8Array>;

/** How many numbers a tensor has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** The numbers of a tensor in C order. */
export function readTensor(name: string, tensor: TorchTensor, storages: Storages, refuse: Refuse): Float32Array {
  const { storage, offset, shape, strides, dtype } = tensor;
  const { format } = dtype;
  if (format === undefined)
    return refuse(`tensor ${show(name)} holds numbers of type ${dtype.name}, which are not read`);
  const bytes = storages.get(storage.key);
  if (bytes === undefined) return refuse(`the numbers of tensor ${show(name)} are missing`);
  const size = sizeOf(shape);
  // A storage may hold more than the numbers that are spoken of, and one of bytes is looked at as of the tensor's type.
  const held = Math.floor(Math.min(storage.size * storage.dtype.bytes, bytes.length) / dtype.bytes);
  const last = offset + shape.reduce((sum, n, axis) => sum + Math.max(0, n - 1) * strides[axis]!, 0);
  if (size > 0 && last >= held) {
    refuse(
      `tensor ${show(name)} of shape [${shape.join(", ")}] reaches number ${last + 1} of its storage, which holds ${held}`,
    );
  }
  if (size === 0) return new Float32Array(0);
  if (isContiguous(shape, strides)) return readFloats(format, bytes, offset * dtype.bytes, size);
  return gather(tensor, bytes, format, size);
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}

function gather(tensor: TorchTensor, bytes: Uint8Array, format: NumberFormat, size: number): Float32Array {
  const { offset, shape, strides } = tensor;
  const values = new Float32Array(size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const index = shape.map(() => 0);
  let from = offset;
  for (let i = 0; i < size; i++) {
    values[i] = format.read(view, from * format.bytes);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}
