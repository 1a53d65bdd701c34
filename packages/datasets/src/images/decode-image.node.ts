import { InputError, mostUnpacked } from "@kwta/core";
import type { DecodedImage, ImageFormat, ImagePromise } from "./formats/image-format.ts";
import { JPEG } from "./formats/jpeg.node.ts";
import { PNG } from "./formats/png.node.ts";
import { WEBP } from "./formats/webp.node.ts";
import { nameOtherFormat } from "./formats/other-formats.ts";

export type { DecodedImage } from "./formats/image-format.ts";

const FORMATS: readonly ImageFormat[] = [PNG, JPEG, WEBP];

/** Larger pictures are refused before they are unpacked. */
const MOST_PIXELS = 2 ** 26;
/** How often all that a file may unpack to may be gone over: ten scans are usual in a progressive JPEG. */
const MOST_PASSES = 16;

/**
 * Decodes a PNG (all kinds; transparency is left out, 16 bits become 8), a JPEG or a WebP, told by its first bytes. The
 * pixels are those that Pillow sees. What the header promises is held against the length of the file before anything is
 * unpacked.
 *
 * @param source named in errors
 * @throws InputError when it is none of them, damaged, has more than 2^26 pixels or unpacks to more than is justified
 */
export async function decodeImage(bytes: Uint8Array, source = "The picture"): Promise<DecodedImage> {
  const refuse = (reason: string): never => {
    throw new InputError(`${source} ${reason}`);
  };
  const format = FORMATS.find((each) => each.matches(bytes));
  if (!format) return refuse(`is ${nameOtherFormat(bytes)}. Convert it or leave it out.`);
  try {
    checkPromise(format.measure(bytes, refuse), bytes.length, refuse);
    return await format.decode(bytes);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = error instanceof Error ? `: ${error.message}` : "";
    return refuse(`is not a usable ${format.title}${reason}. It is damaged or cut short.`);
  }
}

function checkPromise(promise: ImagePromise, length: number, refuse: (reason: string) => never): void {
  const { width, height, unpacked, passes = 1 } = promise;
  if (width === 0 || height === 0) refuse(`has ${width} x ${height} pixels. It is damaged or something else.`);
  if (width * height > MOST_PIXELS) {
    refuse(
      `has ${width} x ${height} pixels, more than the ${MOST_PIXELS} that are read. Scale it down or leave it out.`,
    );
  }
  const most = mostUnpacked(length);
  if (unpacked > most || unpacked * passes > MOST_PASSES * most) {
    const work = passes > 1 ? `${unpacked} bytes in ${passes} scans` : `${unpacked} bytes`;
    refuse(
      `has ${length} bytes and claims to unpack to ${work}, which no real picture does. Save it again or leave it out.`,
    );
  }
}
