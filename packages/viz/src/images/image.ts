import { toBase64 } from "@kwta/core";
import { encode } from "fast-png";

/** The numbers of one image, row by row, the channels of a pixel side by side. */
export interface Pixels {
  /** Floats in [0, 1], or bytes. */
  readonly image: Float32Array | Uint8Array | Uint8ClampedArray;
  /** Height, width, channels: 1 (grey), 3 (RGB) or 4 (RGBA). */
  readonly shape: readonly [height: number, width: number, channels: number];
}

/** What {@link encodePng} made. */
export interface EncodedPng {
  /** The bytes of a PNG file. */
  readonly png: Uint8Array;
  /** How many values were NaN or infinite; they are drawn as 0. */
  readonly invalid: number;
}

/**
 * Encodes one image as PNG with eight bits a channel, without canvas or native code.
 *
 * @throws TypeError when the length does not fit the shape, the channels cannot be drawn, or floats are not in [0, 1]
 */
export function encodePng(pixels: Pixels): EncodedPng {
  const { bytes, invalid } = toBytes(pixels);
  const [height, width, channels] = pixels.shape;
  return { png: encode({ width, height, channels, depth: 8, data: bytes }), invalid };
}

/** `png` as a URL that holds the whole picture. */
export function pngDataUri(png: Uint8Array): string {
  return `data:image/png;base64,${toBase64(png)}`;
}

/** The image as bytes. Floats are rounded to the nearest of 256 levels. */
export function toBytes({ image, shape }: Pixels): { bytes: Uint8Array; invalid: number } {
  const [height, width, channels] = shape;
  if (![height, width].every((n) => Number.isInteger(n) && n > 0) || ![1, 3, 4].includes(channels)) {
    throw new TypeError(
      `An image of shape [${shape.join(", ")}] cannot be drawn. Expected [height, width, channels] with 1, 3 or 4 channels.`,
    );
  }
  if (image.length !== height * width * channels) {
    throw new TypeError(
      `An image of shape [${shape.join(", ")}] has ${height * width * channels} values, but ${image.length} were given.`,
    );
  }
  if (!(image instanceof Float32Array)) return { bytes: Uint8Array.from(image), invalid: 0 };
  const bytes = new Uint8Array(image.length);
  let invalid = 0;
  for (let i = 0; i < image.length; i++) {
    const value = image[i]!;
    if (!Number.isFinite(value)) invalid++;
    else if (value < -tolerance || value > 1 + tolerance) {
      throw new TypeError(
        `A float image holds the value ${value}. Floats are expected in [0, 1]; divide by 255, or give a Uint8Array.`,
      );
    } else bytes[i] = Math.round(255 * Math.min(1, Math.max(0, value)));
  }
  return { bytes, invalid };
}

/** Rounding of float32 arithmetic may leave the range a little; more than this is a mistake. */
const tolerance = 1e-3;
