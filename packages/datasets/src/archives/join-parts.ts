import type { ImageShape, Split } from "../dataset.ts";

/** Images and labels of one file. */
export interface DecodedImages {
  /** Number of samples. */
  readonly size: number;
  /** [size, height, width, channels] */
  readonly images: Uint8Array;
  /** [size], class indices */
  readonly labels: Uint8Array;
}

/** One split of all parts in their order; ids count from 0. */
export function joinParts(parts: readonly DecodedImages[], shape: ImageShape): Split {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const stride = shape[0] * shape[1] * shape[2];
  const [only] = parts;
  const ids = Int32Array.from({ length: size }, (_, i) => i);
  if (parts.length === 1 && only)
    return { shape, size, images: only.images, labels: Int32Array.from(only.labels), ids };
  const images = new Uint8Array(size * stride);
  const labels = new Int32Array(size);
  let at = 0;
  for (const part of parts) {
    images.set(part.images, at * stride);
    labels.set(part.labels, at);
    at += part.size;
  }
  return { shape, size, images, labels, ids };
}
