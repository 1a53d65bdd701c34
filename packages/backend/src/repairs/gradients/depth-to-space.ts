import * as tf from "@tensorflow/tfjs-core";
import type { GradientRepair } from "../gradient-repair.ts";

/** Blocks of places become channels again. */
export const depthToSpace: GradientRepair = {
  fault: "it is missing",
  kernelName: tf.DepthToSpace,
  gradFunc(dy, _saved, attrs) {
    const { blockSize, dataFormat } = attrs as unknown as tf.DepthToSpaceAttrs;
    const last = dataFormat === "NHWC";
    return {
      x: () => {
        const back = spaceToDepth(last ? (dy as tf.Tensor) : tf.transpose(dy as tf.Tensor, [0, 2, 3, 1]), blockSize);
        return last ? back : tf.transpose(back, [0, 3, 1, 2]);
      },
    };
  },
};

function spaceToDepth(x: tf.Tensor, block: number): tf.Tensor {
  const [n, height, width, channels] = x.shape as [number, number, number, number];
  const [rows, columns] = [height / block, width / block];
  const blocks = tf.reshape(x, [n * rows, block, columns, block * channels]);
  return tf.reshape(tf.transpose(blocks, [0, 2, 1, 3]), [n, rows, columns, block * block * channels]);
}
