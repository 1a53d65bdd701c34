import { fromHalf } from "./half.ts";

/** How a file stores numbers, all little-endian: the bytes of each, and one of them as a JavaScript number. */
export interface NumberFormat {
  readonly bytes: number;
  read(view: DataView, offset: number): number;
}

/**
 * The number formats of weights files, by safetensors' names. 64-bit integers beyond 2^53 lose their last digits; of
 * `BOOL` every byte but 0 is 1.
 */
export const NUMBER_FORMATS: Readonly<Record<NumberFormatName, NumberFormat>> = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => fromHalf(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => fromBfloat16(view.getUint16(at, true)) },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  I16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  I8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  U8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  U64: { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  U32: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  U16: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  BOOL: { bytes: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  F8_E4M3: { bytes: 1, read: (view, at) => fromE4M3(view.getUint8(at)) },
  // The upper half of a float16.
  F8_E5M2: { bytes: 1, read: (view, at) => fromHalf(view.getUint8(at) << 8) },
  F8_E4M3FNUZ: { bytes: 1, read: (view, at) => fromUnsignedZero(view.getUint8(at), 3, 8) },
  F8_E5M2FNUZ: { bytes: 1, read: (view, at) => fromUnsignedZero(view.getUint8(at), 2, 16) },
  F8_E8M0: { bytes: 1, read: (view, at) => (view.getUint8(at) === 255 ? NaN : 2 ** (view.getUint8(at) - 127)) },
};

/** Names of {@link NUMBER_FORMATS}. */
export type NumberFormatName =
  | "F64"
  | "F32"
  | "F16"
  | "BF16"
  | "I64"
  | "I32"
  | "I16"
  | "I8"
  | "U8"
  | "U64"
  | "U32"
  | "U16"
  | "BOOL"
  | "F8_E4M3"
  | "F8_E5M2"
  | "F8_E4M3FNUZ"
  | "F8_E5M2FNUZ"
  | "F8_E8M0";

/**
 * So many numbers from `offset` on as 32-bit floats: a copy, aligned for floats, that does not keep the file alive.
 *
 * @throws RangeError when the bytes end before
 */
export function readFloats(format: NumberFormat, bytes: Uint8Array, offset: number, count: number): Float32Array {
  const floats = new Float32Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, count * format.bytes);
  if (format === NUMBER_FORMATS.F32) {
    new Uint8Array(floats.buffer).set(bytes.subarray(offset, offset + floats.byteLength));
    return floats;
  }
  for (let i = 0; i < count; i++) floats[i] = format.read(view, i * format.bytes);
  return floats;
}

/** 1 bit of sign, 4 of exponent, 3 of fraction; no infinity, and one NaN of each sign. */
function fromE4M3(bits: number): number {
  const magnitude = bits & 0x7f;
  const sign = bits & 0x80 ? -1 : 1;
  return magnitude === 0x7f ? NaN : sign * fromParts(magnitude >> 3, magnitude & 7, 8, 7);
}

/** 8 bits without infinity whose only NaN is where minus zero would be. */
function fromUnsignedZero(bits: number, fractionBits: number, bias: number): number {
  if (bits === 0x80) return NaN;
  const steps = 1 << fractionBits;
  const value = fromParts((bits & 0x7f) >> fractionBits, bits & (steps - 1), steps, bias);
  return bits & 0x80 ? -value : value;
}

/** A float without infinities from its exponent and fraction, of which there are `steps` to the next power of 2. */
function fromParts(exponent: number, fraction: number, steps: number, bias: number): number {
  if (exponent === 0) return (fraction / steps) * 2 ** (1 - bias);
  return (1 + fraction / steps) * 2 ** (exponent - bias);
}

const scratch = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function fromBfloat16(bits: number): number {
  scratch.setUint16(0, bits);
  return scratch.getFloat32(0);
}
