import { copyMirrored, copyUnit } from "../images/pixels.ts";
import type { ImageShape } from "../dataset.ts";

/** Pixels of black added on each side before cropping. */
const PADDING = 4;
const PLACES = 2 * PADDING + 1;

/** What happens to one image: where the crop begins in the padded image, and whether it is mirrored. */
export interface CropFlip {
  readonly top: number;
  readonly left: number;
  readonly flip: boolean;
}

/** Where a crop leaves the image as it is. */
export const CENTRE: Omit<CropFlip, "flip"> = { top: PADDING, left: PADDING };

/** All 9 x 9 places and both directions are equally likely. @param uniform in [0, 1) */
export function pickCropFlip(uniform: number): CropFlip {
  const choice = Math.floor(uniform * 2 * PLACES * PLACES);
  return { top: (choice >>> 1) % PLACES, left: Math.floor((choice >>> 1) / PLACES), flip: (choice & 1) === 1 };
}

/**
 * Pads image `index` with 4 black pixels on each side, crops it to its own size, mirrors it or not, and writes it as
 * floats to `out[to]`, which must be zero there.
 */
export function cropFlip(
  images: Uint8Array,
  index: number,
  [height, width, channels]: ImageShape,
  { top, left, flip }: CropFlip,
  out: Float32Array,
  to: number,
): void {
  const shift = left - PADDING;
  // Columns of the result that lie inside the image, before mirroring.
  const first = Math.max(0, -shift);
  const count = Math.min(width, width - shift) - first;
  for (let y = 0; y < height; y++) {
    const sourceRow = y + top - PADDING;
    if (sourceRow < 0 || sourceRow >= height || count <= 0) continue;
    const from = ((index * height + sourceRow) * width + first + shift) * channels;
    const row = to + y * width * channels;
    if (flip) {
      copyMirrored(images, from, count, channels, out, row + (width - 1 - first) * channels);
    } else {
      copyUnit(images, from, count * channels, out, row + first * channels);
    }
  }
}
