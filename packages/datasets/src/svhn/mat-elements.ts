/** Numbers in the form in which the file has them. */
export type MatNumbers =
  | Float32Array
  | Float64Array
  | Int16Array
  | Int32Array
  | Int8Array
  | Uint16Array
  | Uint32Array
  | Uint8Array;

/** A numeric array of a MATLAB file. */
export interface MatArray {
  /** Length of each axis; at least two. */
  readonly shape: readonly number[];
  /** Column by column: the first index varies fastest. Bytes are a view into the file, other numbers a copy. */
  readonly data: MatNumbers;
}

/** The bytes that elements are read from. */
export interface MatView {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly littleEndian: boolean;
  readonly refuse: (reason: string) => never;
}

/** Where the data of an element lies. */
export interface MatElement {
  readonly type: number;
  readonly start: number;
  readonly end: number;
  /** Where the next element begins. */
  readonly next: number;
}

const MATRIX = 14;
const INT8 = 1;
const UINT8 = 2;
const INT32 = 5;
const UINT32 = 6;
const COMPLEX = 0x0800;
/** SciPy has no more. */
const MOST_AXES = 32;
/** Array classes of plain numbers: double 6 to uint32 13. */
const NUMERIC = { first: 6, last: 13 };

/** Types of numbers by their codes. */
const NUMBERS: Readonly<Record<number, { new (buffer: ArrayBuffer): MatNumbers; readonly BYTES_PER_ELEMENT: number }>> =
  {
    1: Int8Array,
    3: Int16Array,
    4: Uint16Array,
    5: Int32Array,
    6: Uint32Array,
    7: Float32Array,
    9: Float64Array,
  };

/** Reads the tag at `at`, of 8 bytes or, where type and length share a word, of 4. */
export function readTag(
  { bytes, littleEndian, refuse }: MatView,
  at: number,
  limit: number = bytes.length,
): MatElement {
  if (at + 8 > limit) refuse(`is cut short: an element should begin at byte ${at}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const word = view.getUint32(at, littleEndian);
  const small = word >>> 16;
  const [type, length, start] =
    small > 0 ? [word & 0xffff, small, at + 4] : [word, view.getUint32(at + 4, littleEndian), at + 8];
  if (small > 4) refuse(`has a small element of ${small} bytes at byte ${at}`);
  const end = start + length;
  if (end > limit)
    refuse(`is cut short: the element at byte ${at} should have ${length} bytes, ${limit - start} are there`);
  return { type, start, end, next: small > 0 ? at + 8 : start + Math.ceil(length / 8) * 8 };
}

/** The array in a matrix element; undefined where it is no plain numeric one. */
export function readMatrix(view: MatView, element: MatElement): { name: string; array: MatArray } | undefined {
  const { bytes, refuse } = view;
  if (element.type !== MATRIX) return refuse(`has an element of type ${element.type} where a matrix should be`);
  if (element.start === element.end) return undefined;
  const flags = readTag(view, element.start, element.end);
  if (flags.type !== UINT32 || flags.end - flags.start !== 8) refuse("has a matrix without flags");
  const flagWord = numbers(view, flags)[0]!;
  const kind = flagWord & 0xff;
  if (kind < NUMERIC.first || kind > NUMERIC.last || (flagWord & COMPLEX) !== 0) return undefined;
  const dimensions = readTag(view, flags.next, element.end);
  if (dimensions.type !== INT32) refuse("has a matrix without dimensions");
  if (dimensions.end - dimensions.start > MOST_AXES * 4) refuse("has a matrix of too many dimensions");
  const shape = [...numbers(view, dimensions)];
  const name = readTag(view, dimensions.next, element.end);
  if (name.type !== INT8) refuse("has a matrix without a name");
  const content = readTag(view, name.next, element.end);
  const data = numbers(view, content);
  const size = shape.reduce((product, n) => product * n, 1);
  if (shape.length < 2 || shape.some((n) => n < 0) || size !== data.length) {
    refuse(`has a matrix of ${shape.join(" x ")} with ${data.length} numbers`);
  }
  return {
    name: String.fromCharCode(...bytes.subarray(name.start, Math.min(name.end, name.start + 63))),
    array: { shape, data },
  };
}

/** No more bytes than the element has, whatever the numbers in them. */
function numbers({ bytes, littleEndian, refuse }: MatView, { type, start, end }: MatElement): MatNumbers {
  if (type === UINT8) return bytes.subarray(start, end);
  const Numbers = NUMBERS[type];
  if (!Numbers) return refuse(`has numbers of type ${type}, which is not known`);
  const size = Numbers.BYTES_PER_ELEMENT;
  if ((end - start) % size !== 0) refuse(`has ${end - start} bytes of numbers of ${size} bytes each`);
  const copy = bytes.slice(start, end);
  if (littleEndian !== HOST_IS_LITTLE_ENDIAN) turnRound(copy, size);
  return new Numbers(copy.buffer);
}

/** The bytes of each number in the other order. */
function turnRound(bytes: Uint8Array, size: number): void {
  for (let first = 0; first < bytes.length; first += size) {
    for (let i = first, j = first + size - 1; i < j; i++, j--) [bytes[i], bytes[j]] = [bytes[j]!, bytes[i]!];
  }
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
