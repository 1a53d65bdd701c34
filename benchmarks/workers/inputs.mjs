// @ts-check
import * as tf from "@tensorflow/tfjs-core";

/**
 * A tensor of numbers that are spread much like normal ones: sums of four uniform ones. `inputs.py` has the same.
 *
 * @param {number[]} shape
 * @param {number} seed
 * @returns {tf.Tensor}
 */
export function normalTensor(shape, seed) {
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  for (let i = 0; i < values.length; i++) {
    let sum = -2;
    for (let j = 4 * i; j < 4 * i + 4; j++) sum += hash(j ^ Math.imul(seed, 0x9e3779b1)) / 2 ** 32;
    values[i] = sum * Math.sqrt(3);
  }
  return tf.tensor(values, shape);
}

/**
 * Mixes the bits of a whole number: 32 bits in, 32 bits out.
 *
 * @param {number} n
 */
function hash(n) {
  let h = Math.imul(n ^ (n >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}
