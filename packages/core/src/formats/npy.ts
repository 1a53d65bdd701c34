import type { NumberArray } from "./number-array.ts";
import { writeZip } from "./zip.ts";

/**
 * NumPy's `.npz`: an archive with a `.npy` file for each array, in C order.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function encodeNpz(arrays: ReadonlyMap<string, NumberArray>): Uint8Array {
  return writeZip(new Map([...arrays].map(([name, array]) => [`${name}.npy`, encodeNpy(array)])));
}

/** NumPy's `.npy`, version 1.0: magic bytes, a header of Python's syntax, the numbers, little-endian. */
function encodeNpy({ shape, data }: NumberArray): Uint8Array {
  const type = data instanceof Float32Array ? "<f4" : "<i4";
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${axes}), }`;
  // Spaces up to a line break, so that the numbers begin at a multiple of 64 bytes.
  const start = Math.ceil((PREFIX + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, start - PREFIX, true);
  bytes.set(new TextEncoder().encode(`${header.padEnd(start - PREFIX - 1)}\n`), PREFIX);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return bytes;
}

/** Magic bytes, version, length of the header. */
const PREFIX = 10;
