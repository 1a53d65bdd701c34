import * as tf from "@tensorflow/tfjs-core";

/**
 * How fast the current backend runs a 3x3 convolution of 64 channels at 32x32, in GFLOP/s (10^9 multiplications and
 * additions a second).
 *
 * @param seconds how long to measure
 */
export async function measureSpeed(seconds = 1): Promise<number> {
  const x = tf.ones([1, SIZE, SIZE, CHANNELS]) as tf.Tensor4D;
  const filter = tf.ones([3, 3, CHANNELS, CHANNELS]) as tf.Tensor4D;
  const run = async (): Promise<number> => {
    const start = performance.now();
    const y = tf.conv2d(x, filter, 1, "same");
    await y.data();
    y.dispose();
    return performance.now() - start;
  };
  // The first run compiles and allocates.
  await run();
  let runs = 0;
  let milliseconds = 0;
  for (; milliseconds < 1000 * seconds; runs++) milliseconds += await run();
  tf.dispose([x, filter]);
  return (runs * FLOPS) / (1e6 * milliseconds);
}

const SIZE = 32;
const CHANNELS = 64;
const FLOPS = 2 * SIZE * SIZE * 9 * CHANNELS * CHANNELS;
