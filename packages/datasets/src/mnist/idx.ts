import { InputError } from "@kwta/core";

/** An array of bytes of any rank. */
export interface IdxArray {
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** A view into the decoded file. */
  readonly data: Uint8Array;
}

/**
 * Decodes an IDX file of unsigned bytes, the format of MNIST: two zero bytes, the type (8), the rank, each dimension as
 * a big-endian 32-bit number, the data.
 *
 * @param source named in errors
 * @throws InputError when the header is not one, or does not agree with the length
 * @see http://yann.lecun.com/exdb/mnist/, "The IDX file format"
 */
export function decodeIdx(bytes: Uint8Array, source = "The IDX file"): IdxArray {
  const refuse = (reason: string): never => {
    throw new InputError(`${source} ${reason}. It is damaged or something else; get it again.`);
  };
  if (bytes.length < 4) refuse(`has ${bytes.length} bytes, fewer than an IDX header`);
  const [zero0, zero1, type, rank] = bytes as unknown as [number, number, number, number];
  if (zero0 !== 0 || zero1 !== 0 || type !== UNSIGNED_BYTE || rank === 0) {
    refuse(`begins with ${hex(bytes)}, not with 00 00 08 and a rank as an IDX file of bytes`);
  }
  const header = 4 + 4 * rank;
  if (bytes.length < header) refuse(`has ${bytes.length} bytes, fewer than the header of ${header} that it begins`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, header);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  // At most 255 factors below 2^32: a finite number, exact wherever it could equal the length of a file.
  const size = shape.reduce((product, n) => product * n, 1);
  if (size === 0) refuse(`holds nothing: its header says ${showShape(shape)}`);
  if (bytes.length !== header + size) {
    refuse(`has ${bytes.length} bytes, but its header says ${showShape(shape)}, ${header + size} bytes`);
  }
  return { shape, data: bytes.subarray(header) };
}

const UNSIGNED_BYTE = 8;

function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function showShape(shape: readonly number[]): string {
  return `${shape.slice(0, 8).join(" x ")}${shape.length > 8 ? " x ..." : ""}`;
}
