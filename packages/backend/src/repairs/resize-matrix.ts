import * as tf from "@tensorflow/tfjs-core";

/** How images are resized. */
export interface Resize {
  readonly kind: "nearest" | "bilinear";
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/**
 * The gradient of resizing by the images. Each side is a matrix with a row for each place of the result and a column for each of the
 * image; the gradient goes through their transposes.
 *
 * @param dy [n, H, W, c]
 * @param shape of the images, [n, h, w, c]
 */
export function resizeBack(dy: tf.Tensor, shape: readonly number[], resize: Resize): tf.Tensor {
  const [n, height, width, channels] = shape as [number, number, number, number];
  const [, newHeight, newWidth] = dy.shape as [number, number, number, number];
  return tf.tidy(() => {
    const columns = resizeMatrix(width, newWidth, resize);
    const rows = resizeMatrix(height, newHeight, resize);
    const narrow = tf.matMul(columns, tf.reshape(dy, [n * newHeight, newWidth, channels]), true);
    const small = tf.matMul(rows, tf.reshape(narrow, [n, newHeight, width * channels]), true);
    return tf.reshape(small, [n, height, width, channels]);
  });
}

/** [1, newSize, size]: what part each place of a side has in each place of the result. */
function resizeMatrix(size: number, newSize: number, resize: Resize): tf.Tensor3D {
  const values = new Float32Array(newSize * size);
  for (let i = 0; i < newSize; i++) {
    for (const [place, part] of placesOf(i, size, newSize, resize)) values[i * size + place]! += part;
  }
  return tf.tensor3d(values, [1, newSize, size]);
}

/** Where the i-th place of the result looks, by the rules of TensorFlow.js's forward kernels. */
function placesOf(
  i: number,
  size: number,
  newSize: number,
  { kind, alignCorners, halfPixelCenters }: Resize,
): readonly (readonly [place: number, part: number])[] {
  const aligned = alignCorners && newSize > 1 ? 1 : 0;
  const ratio = (size - aligned) / (newSize - aligned);
  const last = size - 1;
  if (kind === "nearest") {
    const at = ratio * (halfPixelCenters ? i + 0.5 : i);
    return [[Math.min(last, alignCorners ? Math.round(at) : Math.floor(at)), 1]];
  }
  const at = halfPixelCenters ? ratio * (i + 0.5) - 0.5 : ratio * i;
  const low = Math.max(0, Math.floor(at));
  const part = Math.max(0, at - low);
  return [
    [Math.min(last, low), 1 - part],
    [Math.min(last, Math.ceil(at)), part],
  ];
}
