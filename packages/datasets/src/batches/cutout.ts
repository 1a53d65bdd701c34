import type { ImageShape } from "../dataset.ts";

/**
 * Blackens a square of the image at `out[to]`; what of it lies outside is cut off.
 *
 * @param uniform in [0, 1): where its middle lies, each pixel equally likely
 */
export function cutout(
  uniform: number,
  size: number,
  [height, width, channels]: ImageShape,
  out: Float32Array,
  to: number,
): void {
  const middle = Math.floor(uniform * height * width);
  const top = Math.floor(middle / width) - Math.floor(size / 2);
  const left = (middle % width) - Math.floor(size / 2);
  const [first, end] = [Math.max(0, left), Math.min(width, left + size)];
  for (let y = Math.max(0, top); y < Math.min(height, top + size); y++) {
    out.fill(0, to + (y * width + first) * channels, to + (y * width + end) * channels);
  }
}
