import { crc32 } from "node:zlib";

/** What the pixels of a PNG depend on. */
export interface PngParts {
  readonly width: number;
  readonly height: number;
  /** Bits of a value. */
  readonly depth: number;
  /** Values of a pixel, transparency included. */
  readonly channels: number;
  readonly interlaced: boolean;
  /** Red, green and blue of each index; undefined where values are no indices. */
  readonly palette: Uint8Array | undefined;
  /** The pixels, packed. */
  readonly packed: Uint8Array;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const INDEXED = 3;
/** Values a pixel, and the depths that they may have, by colour type. */
const COLOUR_TYPES: Readonly<Record<number, { channels: number; depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  [INDEXED]: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};

/** Whether a file begins as a PNG. */
export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/**
 * Takes the parts that matter out of a PNG, their checksums checked. Texts, colour profiles and the further frames of an
 * animation are passed over unread.
 *
 * @throws Error when it is damaged
 * @see https://www.w3.org/TR/png-3/
 */
export function readPng(bytes: Uint8Array): PngParts {
  const { IHDR, PLTE, IDAT } = readChunks(bytes);
  const [header] = IHDR;
  if (header?.length !== 13) throw new Error("it has no header");
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [depth, type, compression, filter, interlace] = [8, 9, 10, 11, 12].map((at) => header[at]!);
  const kind = COLOUR_TYPES[type!];
  if (!kind?.depths.includes(depth!) || compression !== 0 || filter !== 0 || interlace! > 1) {
    throw new Error("its header is none of a PNG");
  }
  const palette = type === INDEXED ? PLTE[0] : undefined;
  if (type === INDEXED && (!palette || palette.length % 3 !== 0)) throw new Error("it has no palette");
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth: depth!,
    channels: kind.channels,
    interlaced: interlace === 1,
    palette,
    packed: IDAT.length === 1 ? IDAT[0]! : Buffer.concat(IDAT),
  };
}

function readChunks(bytes: Uint8Array): Record<"IHDR" | "PLTE" | "IDAT", Uint8Array[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Record<"IHDR" | "PLTE" | "IDAT", Uint8Array[]> = { IHDR: [], PLTE: [], IDAT: [] };
  for (let at = SIGNATURE.length; ;) {
    if (at + 12 > bytes.length) throw new Error("its end is missing");
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === "IEND") return found;
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) throw new Error("its end is missing");
    if (type === "IHDR" || type === "PLTE" || type === "IDAT") {
      if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
        throw new Error(`the checksum of ${type} is wrong`);
      found[type].push(bytes.subarray(at + 8, end));
    }
    at = end + 4;
  }
}
