/** What the markers of a JPEG say. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colour, 4 CMYK. */
  readonly channels: number;
  /** How many scans its pixels come in; a progressive one has several. */
  readonly scans: number;
}

const START_OF_SCAN = 0xda;
const END = 0xd9;

/**
 * Walks over the markers of a JPEG.
 *
 * @throws Error when it ends before its size
 * @see ITU-T T.81, annex B
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Omit<JpegHeader, "scans"> | undefined;
  let scans = 0;
  for (let at = 2; at + 4 <= bytes.length;) {
    // Pixels of a scan, and what lies between markers.
    if (bytes[at] !== 0xff) {
      const next = bytes.indexOf(0xff, at);
      if (next < 0) break;
      at = next;
      continue;
    }
    const marker = bytes[at + 1]!;
    if (marker === END) break;
    if (marker === 0xff) at += 1;
    else if (standsAlone(marker)) at += 2;
    else {
      if (marker === START_OF_SCAN) scans++;
      if (isFrame(marker) && at + 10 <= bytes.length) {
        frame ??= { height: view.getUint16(at + 5), width: view.getUint16(at + 7), channels: bytes[at + 9]! };
      }
      at += 2 + view.getUint16(at + 2);
    }
  }
  if (!frame) throw new Error("its size is missing");
  return { ...frame, scans };
}

/** A zero after 0xff is a pixel, the others restart the coding. */
function standsAlone(marker: number): boolean {
  return marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8);
}

/** Start of frame, but not the tables that share its numbers. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
