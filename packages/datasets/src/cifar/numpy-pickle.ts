import { InputError, readPickle } from "@kwta/core";

/** An array as NumPy pickles it. */
export class NumpyArray {
  shape: readonly number[] = [];
  type: DType = new DType("u1");
  /** Whether the first index varies fastest. */
  byColumns = false;
  /** The numbers as they lie in the file. */
  bytes: Uint8Array = new Uint8Array(0);
}

/** A type of numbers: NumPy's letter for its kind, bytes of one, and their order. */
export class DType {
  /** `"u1"`, `"i8"`, `"f4"` */
  readonly name: string;
  littleEndian = true;

  constructor(code: string) {
    this.name = NAMES[code] ?? code.replace(/^[<>=|]/, "");
    this.littleEndian = !code.startsWith(">");
  }
}

/** Letters that stand for types without a size. */
const NAMES: Readonly<Record<string, string>> = { B: "u1", "?": "b1" };

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

const READERS: Readonly<Record<string, { readonly bytes: number; readonly read: Read }>> = {
  b1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  u8: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
};

/** The numbers of an array in the order in which they lie in the file; 64-bit ones beyond 2^53 are rounded. */
export function numbersOf({ type, bytes }: NumpyArray): number[] {
  const reader = READERS[type.name]!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; at += reader.bytes) numbers.push(reader.read(view, at, type.littleEndian));
  return numbers;
}

/**
 * Reads a pickle of plain values and NumPy's arrays and scalars of whole numbers and floats; anything else in it is refused.
 * Arrays stay as they lie in the file; scalars become numbers.
 *
 * @param source named in errors
 */
export function readNumpyPickle(bytes: Uint8Array, source: string): unknown {
  const refuse = (reason: string): never => {
    throw new InputError(`${source} is not a usable pickle: ${reason}.`);
  };
  const make = (data: unknown, shape: unknown, type: unknown, byColumns: boolean, array = new NumpyArray()) => {
    const reader = type instanceof DType ? READERS[type.name] : undefined;
    if (!reader) return refuse("an array in it is of no type of numbers that is read");
    if (!isShape(shape) || !(data instanceof Uint8Array)) return refuse("an array in it has no shape or no bytes");
    const size = shape.reduce((product, n) => product * n, reader.bytes);
    if (size !== data.length) refuse(`an array of ${shape.join(" x ")} in it has ${data.length} bytes`);
    return Object.assign(array, { shape, type, byColumns, bytes: data });
  };
  const fromBuffer = (data: unknown, type: unknown, shape: unknown, order: unknown) =>
    make(data, shape, type, text(order) === "F");
  const reconstruct = () => new NumpyArray();
  const scalar = (type: unknown, data: unknown) => numbersOf(make(data, [], type, false))[0];
  return readPickle(bytes, {
    source,
    globals: {
      // NumPy 2 renamed its inner modules.
      "numpy.core.multiarray _reconstruct": reconstruct,
      "numpy._core.multiarray _reconstruct": reconstruct,
      "numpy.core.numeric _frombuffer": fromBuffer,
      "numpy._core.numeric _frombuffer": fromBuffer,
      "numpy.core.multiarray scalar": scalar,
      "numpy._core.multiarray scalar": scalar,
      "numpy dtype": (code) => new DType(text(code)),
      "numpy ndarray": () => refuse("it makes an array in a way that is not known"),
    },
    setState(object, state) {
      if (!Array.isArray(state)) return refuse("it sets the state of something unknown");
      if (object instanceof DType) {
        object.littleEndian = text(state[1]) !== ">";
        return;
      }
      if (!(object instanceof NumpyArray)) return refuse("it sets the state of something unknown");
      const [, shape, type, fortran, data] = state as unknown[];
      make(data, shape, type, fortran === true || fortran === 1, object);
    },
  });
}

function isShape(value: unknown): value is number[] {
  // NumPy has 64 axes at most.
  return Array.isArray(value) && value.length <= 64 && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

/** Text of either Python. */
function text(value: unknown): string {
  return value instanceof Uint8Array ? String.fromCharCode(...value.subarray(0, 100)) : String(value).slice(0, 100);
}
