import { encode } from "fast-png";
import { toBytes, type Pixels } from "./image.ts";

/** Options of {@link contactSheet}. */
export interface ContactSheetOptions {
  /**
   * Images side by side.
   *
   * @defaultValue `10`
   */
  readonly columns?: number;
  /**
   * Each pixel becomes a square of this many pixels a side.
   *
   * @defaultValue `2`
   */
  readonly scale?: number;
  /**
   * Pixels between the images and around them.
   *
   * @defaultValue `4`
   */
  readonly gap?: number;
}

/**
 * Many images on one PNG, row by row on a middle grey ground. All have the same shape.
 *
 * @returns the bytes of the PNG file
 * @throws TypeError when there is no image, the shapes differ, or an option is not a whole number
 */
export function contactSheet(images: readonly Pixels[], options: ContactSheetOptions = {}): Uint8Array {
  const { columns = 10, scale = 2, gap = 4 } = options;
  const first = images[0];
  if (first === undefined) throw new TypeError("A contact sheet needs at least one image, but none was given.");
  for (const [name, value, least] of [
    ["columns", columns, 1],
    ["scale", scale, 1],
    ["gap", gap, 0],
  ] as const) {
    if (!Number.isInteger(value) || value < least)
      throw new TypeError(`${name} is ${value}. Expected a whole number of at least ${least}.`);
  }
  const [height, width, channels] = first.shape;
  const across = Math.min(columns, images.length);
  const sheetWidth = across * (width * scale + gap) + gap;
  const sheetHeight = Math.ceil(images.length / across) * (height * scale + gap) + gap;
  const data = new Uint8Array(sheetWidth * sheetHeight * channels).fill(128);
  if (channels === 4) for (let i = 3; i < data.length; i += 4) data[i] = 255;

  images.forEach((pixels, index) => {
    if (String(pixels.shape) !== String(first.shape)) {
      throw new TypeError(
        `Image ${index} has shape [${pixels.shape.join(", ")}], but image 0 has [${first.shape.join(", ")}]. Draw images of one shape.`,
      );
    }
    const { bytes } = toBytes(pixels);
    const left = gap + (index % across) * (width * scale + gap);
    const top = gap + Math.floor(index / across) * (height * scale + gap);
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const from = (Math.floor(y / scale) * width + Math.floor(x / scale)) * channels;
        data.set(bytes.subarray(from, from + channels), ((top + y) * sheetWidth + left + x) * channels);
      }
    }
  });
  return encode({ width: sheetWidth, height: sheetHeight, channels, depth: 8, data });
}
