import { InputError, mostUnpacked } from "@kwta/core";
import { inflate } from "../archives/inflate.ts";
import { readMatrix, readTag, type MatArray, type MatView } from "./mat-elements.ts";

export type { MatArray, MatNumbers } from "./mat-elements.ts";

/** Options of {@link decodeMat}. */
export interface DecodeMatOptions {
  /**
   * Named in errors.
   * @defaultValue "The MATLAB file"
   */
  readonly source?: string;
  /**
   * Bytes that all its variables together may unpack to.
   * @defaultValue `mostUnpacked` of the length of the file
   */
  readonly most?: number;
}

/**
 * Decodes a MATLAB file of version 5 (what MATLAB saves with `-v6` and `-v7`), either byte order, compressed or not: its
 * numeric arrays by name. Texts, structs, cells and sparse arrays are left out.
 *
 * @throws InputError when it is cut, damaged or another version
 * @see MathWorks, "MAT-File Format", chapter 1, Level 5 MAT-File Format
 */
export async function decodeMat(
  bytes: Uint8Array<ArrayBuffer>,
  options: DecodeMatOptions = {},
): Promise<Map<string, MatArray>> {
  const { source = "The MATLAB file", most = mostUnpacked(bytes.length) } = options;
  const refuse = (reason: string): never => {
    throw new InputError(`${source} ${reason}. It is damaged or something else; get it again.`);
  };
  const littleEndian = readHeader(bytes, refuse);
  const arrays = new Map<string, MatArray>();
  const view: MatView = { bytes, littleEndian, refuse };
  let left = most;
  let variables = 0;
  for (let at = HEADER; at < bytes.length;) {
    const element = readTag(view, at);
    if (++variables > MOST_VARIABLES) refuse(`holds more than ${MOST_VARIABLES} variables`);
    if (element.type === COMPRESSED) {
      const content = await inflate(bytes.subarray(element.start, element.end), "deflate", source, left);
      left -= content.length;
      const inner = { ...view, bytes: content };
      keep(readMatrix(inner, readTag(inner, 0)), arrays);
    } else {
      keep(readMatrix(view, element), arrays);
    }
    at = element.type === COMPRESSED ? element.end : element.next;
  }
  return arrays;
}

const HEADER = 128;
/** Each costs time, however small it is. */
const MOST_VARIABLES = 1000;
const COMPRESSED = 15;

/** @returns whether numbers are little-endian */
function readHeader(bytes: Uint8Array, refuse: (reason: string) => never): boolean {
  if (bytes.length < HEADER) refuse(`has ${bytes.length} bytes, fewer than the header of a MATLAB file`);
  const mark = String.fromCharCode(bytes[126]!, bytes[127]!);
  if (mark !== "IM" && mark !== "MI") refuse("has no byte order mark where a MATLAB file of version 5 has it");
  const littleEndian = mark === "IM";
  const version = new DataView(bytes.buffer, bytes.byteOffset).getUint16(124, littleEndian);
  if (version === 0x0200) refuse("is a MATLAB file of version 7.3, which is not read; save it with -v7");
  if (version !== 0x0100) refuse(`has version 0x${version.toString(16)}, a MATLAB file of version 5 has 0x100`);
  return littleEndian;
}

function keep(found: { name: string; array: MatArray } | undefined, arrays: Map<string, MatArray>): void {
  if (found) arrays.set(found.name, found.array);
}
