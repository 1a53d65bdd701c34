import { constants, inflateSync } from "node:zlib";
import type { DecodedImage, ImageFormat } from "./image-format.ts";
import { isPng, readPng, type PngParts } from "./png-header.node.ts";
import { unfilter } from "./png-filters.ts";

/**
 * PNG of all kinds. Transparency is left out, of 16 bits the upper 8 are kept, as Pillow does.
 *
 * Read here because the libraries at hand unpack whatever a file holds before they look at its header, and get interlaced
 * pictures of few bits wrong; what is left to do after zlib is little.
 */
export const PNG: ImageFormat = {
  title: "PNG",
  matches: isPng,
  measure(bytes) {
    const parts = readPng(bytes);
    return { width: parts.width, height: parts.height, unpacked: rowsLength(parts) };
  },
  decode(bytes) {
    const parts = readPng(bytes);
    return readPixels(parts, inflate(parts.packed, rowsLength(parts)));
  },
};

/** Every so many pixels across and down, from a first one. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

const WHOLE: readonly Pass[] = [{ x: 0, y: 0, dx: 1, dy: 1 }];
const ADAM7: readonly Pass[] = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
];

/** The passes that hold any pixels, with the number of their pixels across and down, and the bytes of a row. */
function passesOf({ width, height, depth, channels, interlaced }: PngParts) {
  return (interlaced ? ADAM7 : WHOLE)
    .map((pass) => {
      const [across, down] = [Math.ceil((width - pass.x) / pass.dx), Math.ceil((height - pass.y) / pass.dy)];
      return { ...pass, across, down, rowBytes: Math.ceil((across * channels * depth) / 8) };
    })
    .filter(({ across, down }) => across > 0 && down > 0);
}

/** Bytes of all rows, each with the number of its filter in front. */
function rowsLength(parts: PngParts): number {
  return passesOf(parts).reduce((sum, { down, rowBytes }) => sum + down * (1 + rowBytes), 0);
}

function inflate(packed: Uint8Array, length: number): Uint8Array {
  try {
    // One piece that holds it all, and a byte more than is allowed is an error.
    const rows = inflateSync(packed, { maxOutputLength: length, chunkSize: Math.max(constants.Z_MIN_CHUNK, length) });
    if (rows.length === length) return rows;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE") throw error;
    throw new Error("its pixels are more than its header says", { cause: error });
  }
  throw new Error("its pixels are fewer than its header says");
}

function readPixels(parts: PngParts, rows: Uint8Array): DecodedImage {
  const { width, height, depth, palette } = parts;
  const channels = palette || parts.channels > 2 ? 3 : 1;
  const data = new Uint8Array(width * height * channels);
  const value = valueReader(rows, depth, palette === undefined);
  const pixelBytes = Math.max(1, (parts.channels * depth) / 8);
  let row = 0;
  for (const { x, y, dx, dy, across, down, rowBytes } of passesOf(parts)) {
    for (let j = 0; j < down; j++, row += 1 + rowBytes) {
      unfilter(rows, row, rowBytes, pixelBytes, j === 0);
      let to = ((y + j * dy) * width + x) * channels;
      for (let i = 0; i < across; i++, to += dx * channels) {
        if (palette) {
          const from = 3 * value(row + 1, i);
          for (let c = 0; c < 3; c++) data[to + c] = palette[from + c] ?? 0;
        } else {
          for (let c = 0; c < channels; c++) data[to + c] = value(row + 1, i * parts.channels + c);
        }
      }
    }
  }
  return { width, height, channels, data };
}

/** Reads the i-th value of a row as a byte; of few bits, as an index or, `spread`, as a grey from 0 to 255. */
function valueReader(rows: Uint8Array, depth: number, spread: boolean): (row: number, i: number) => number {
  if (depth === 8) return (row, i) => rows[row + i]!;
  if (depth === 16) return (row, i) => rows[row + 2 * i]!;
  const most = 2 ** depth - 1;
  const scale = spread ? 255 / most : 1;
  return (row, i) => {
    const bit = i * depth;
    return scale * ((rows[row + (bit >> 3)]! >> (8 - depth - (bit & 7))) & most);
  };
}
