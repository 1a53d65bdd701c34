import { keyedRandom } from "@kwta/core";
import type { ImageShape, Split } from "../src/index.ts";

/** A split of random pixels with the given labels; the ids are not the positions. */
export function randomSplit(labels: readonly number[], shape: ImageShape = [5, 6, 3], seed = 0): Split {
  const size = labels.length;
  const pixels = new Float32Array(size * shape[0] * shape[1] * shape[2]);
  keyedRandom(seed, "pixels").uniform(pixels, 0, 256);
  return {
    shape,
    size,
    images: Uint8Array.from(pixels),
    labels: Int32Array.from(labels),
    ids: Int32Array.from({ length: size }, (_, i) => 3 * i + 1),
  };
}
