/** How PyTorch stores numbers: bytes of each, and one of them as a JavaScript number. All little-endian. */
export interface TorchDtype {
  readonly name: string;
  readonly bytes: number;
  read(view: DataView, offset: number): number;
}

/** By the class that a pickle names. */
export const TORCH_DTYPES: Readonly<Record<string, TorchDtype>> = {
  "torch FloatStorage": { name: "float32", bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  "torch DoubleStorage": { name: "float64", bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  "torch HalfStorage": { name: "float16", bytes: 2, read: (view, at) => fromHalf(view.getUint16(at, true)) },
  "torch BFloat16Storage": { name: "bfloat16", bytes: 2, read: readBfloat16 },
  "torch LongStorage": { name: "int64", bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  "torch IntStorage": { name: "int32", bytes: 4, read: (view, at) => view.getInt32(at, true) },
  "torch ShortStorage": { name: "int16", bytes: 2, read: (view, at) => view.getInt16(at, true) },
  "torch CharStorage": { name: "int8", bytes: 1, read: (view, at) => view.getInt8(at) },
  "torch ByteStorage": { name: "uint8", bytes: 1, read: (view, at) => view.getUint8(at) },
  "torch BoolStorage": { name: "bool", bytes: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
};

/** IEEE 754 half precision: 1 bit of sign, 5 of exponent, 10 of fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const scratch = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function readBfloat16(view: DataView, at: number): number {
  scratch.setUint16(0, view.getUint16(at, true));
  return scratch.getFloat32(0);
}
