import * as tf from "@tensorflow/tfjs-core";
import { imageShapeOf } from "./image-shape.ts";

/** A linear map along one axis of an image, as rows of weights: `[to, from]`, one after the other. */
export type AxisMap = Float32Array;

/** Linear maps of images, one for each sample, that act on rows and columns apart: resizing, shifting, blurring. */
export class SeparableMap {
  readonly #rows: tf.Tensor3D;
  readonly #columns: tf.Tensor3D;

  /** Inside `tf.tidy`: its tensors are the scope's. */
  constructor(shape: readonly [number, number, number], rows: readonly AxisMap[], columns: readonly AxisMap[]) {
    const [height, width] = shape;
    this.#rows = stack(rows, height);
    this.#columns = stack(columns, width);
  }

  apply(x: tf.Tensor): tf.Tensor {
    return this.#through(x, false);
  }

  /** The transpose, which takes gradients back. */
  back(gradient: tf.Tensor): tf.Tensor {
    return this.#through(gradient, true);
  }

  #through(x: tf.Tensor, isTransposed: boolean): tf.Tensor {
    const n = x.shape[0]!;
    const [height, width, channels] = imageShapeOf(x);
    const down = tf.matMul(this.#rows, tf.reshape(x, [n, height, width * channels]), isTransposed);
    const turned = tf.transpose(tf.reshape(down, [n, height, width, channels]), [0, 2, 1, 3]);
    const across = tf.matMul(this.#columns, tf.reshape(turned, [n, width, height * channels]), isTransposed);
    return tf.reshape(tf.transpose(tf.reshape(across, [n, width, height, channels]), [0, 2, 1, 3]), x.shape);
  }
}

function stack(maps: readonly AxisMap[], size: number): tf.Tensor3D {
  const values = new Float32Array(maps.length * size * size);
  for (const [i, map] of maps.entries()) values.set(map, i * size * size);
  return tf.tensor3d(values, [maps.length, size, size]);
}

/** Nothing changes. */
export function identityMap(size: number): AxisMap {
  return axisMap(size, (to, add) => add(to, 1));
}

/** Resized to `length` values, by linear interpolation between pixel centres, and placed at `offset`; the rest is 0. */
export function resizeMap(size: number, length: number, offset: number): AxisMap {
  return axisMap(size, (to, add) => {
    const at = to - offset;
    if (at < 0 || at >= length) return;
    const from = Math.max(0, ((at + 0.5) * size) / length - 0.5);
    const low = Math.min(Math.floor(from), size - 1);
    add(low, 1 - (from - low));
    add(Math.min(low + 1, size - 1), from - low);
  });
}

/** Calls `fill` for each row of a map from `size` values to as many. */
function axisMap(size: number, fill: (to: number, add: (from: number, weight: number) => void) => void): AxisMap {
  const map = new Float32Array(size * size);
  for (let to = 0; to < size; to++) fill(to, (from, weight) => (map[to * size + from]! += weight));
  return map;
}

/** Blurred by a Gaussian of this width, cut off at four widths; beyond its edges the image goes on as in a mirror. */
export function blurMap(size: number, sigma: number): AxisMap {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    i === radius ? 1 : Math.exp(-0.5 * ((i - radius) / sigma) ** 2),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return axisMap(size, (to, add) => {
    for (const [i, weight] of weights.entries()) add(mirrored(to + i - radius, size), weight / total);
  });
}

/** ... 1 0 | 0 1 2 ... n-1 | n-1 n-2 ... */
function mirrored(at: number, size: number): number {
  const place = ((at % (2 * size)) + 2 * size) % (2 * size);
  return place < size ? place : 2 * size - 1 - place;
}

/** {@link SeparableMap} of one image, without tensors. */
export function throughMaps(
  image: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  rows: AxisMap,
  columns: AxisMap,
): Float32Array {
  const down = alongAxis(image, rows, height, width * channels, 1);
  return alongAxis(down, columns, width, channels, height);
}

/** Applies a map to an axis of this size, after which come so many values, and before it so many blocks. */
function alongAxis(values: Float32Array, map: AxisMap, size: number, after: number, blocks: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let block = 0; block < blocks; block++) {
    for (let to = 0; to < size; to++) {
      for (let from = 0; from < size; from++) {
        const weight = map[to * size + from]!;
        if (weight === 0) continue;
        const [target, source] = [(block * size + to) * after, (block * size + from) * after];
        for (let i = 0; i < after; i++) out[target + i]! += weight * values[source + i]!;
      }
    }
  }
  return out;
}
