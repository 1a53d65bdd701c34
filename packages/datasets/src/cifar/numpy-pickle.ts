import { InputError, readPickle } from "@kwta/core";

/** An array of bytes as NumPy pickles it. */
export class NumpyBytes {
  shape: readonly number[] = [];
  data: Uint8Array = new Uint8Array(0);
}

/**
 * Reads a pickle of plain values and NumPy arrays of type `uint8`; anything else in it is refused.
 *
 * @param source named in errors
 */
export function readNumpyPickle(bytes: Uint8Array, source: string): unknown {
  const refuse = (reason: string): never => {
    throw new InputError(`${source} is not a usable pickle: ${reason}.`);
  };
  const make = (data: unknown, shape: unknown, type: unknown, fortran: boolean, array = new NumpyBytes()) => {
    if (!(type instanceof DType) || !["u1", "|u1", "B"].includes(type.code)) {
      refuse("an array in it is not of type uint8");
    }
    if (!isShape(shape) || !(data instanceof Uint8Array)) return refuse("an array in it has no shape or no bytes");
    // With one axis, or none longer than 1 but one, both orders are the same.
    if (fortran && shape.filter((n) => n > 1).length > 1) refuse("an array in it is stored column by column");
    const size = shape.reduce((product, n) => product * n, 1);
    if (size !== data.length) refuse(`an array of ${shape.join(" x ")} in it has ${data.length} bytes`);
    array.shape = shape;
    array.data = data;
    return array;
  };
  const fromBuffer = (data: unknown, type: unknown, shape: unknown, order: unknown) =>
    make(data, shape, type, text(order) === "F");
  const reconstruct = () => new NumpyBytes();
  return readPickle(bytes, {
    source,
    globals: {
      // NumPy 2 renamed its inner modules.
      "numpy.core.multiarray _reconstruct": reconstruct,
      "numpy._core.multiarray _reconstruct": reconstruct,
      "numpy.core.numeric _frombuffer": fromBuffer,
      "numpy._core.numeric _frombuffer": fromBuffer,
      "numpy dtype": (code) => new DType(text(code)),
      "numpy ndarray": () => refuse("it makes an array in a way that is not known"),
    },
    setState(object, state) {
      // The state of a type says how its bytes lie, which is no question for single bytes.
      if (object instanceof DType) return;
      if (!(object instanceof NumpyBytes) || !Array.isArray(state)) refuse("it sets the state of something unknown");
      const [, shape, type, fortran, data] = state as unknown[];
      make(data, shape, type, fortran === true || fortran === 1, object as NumpyBytes);
    },
  });
}

class DType {
  readonly code: string;

  constructor(code: string) {
    this.code = code;
  }
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

/** Text of either Python. */
function text(value: unknown): string {
  return value instanceof Uint8Array ? String.fromCharCode(...value.subarray(0, 100)) : String(value);
}
