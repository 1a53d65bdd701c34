import * as tf from "@tensorflow/tfjs-core";
import type { GradientRepair } from "../gradient-repair.ts";

/** Of `gather` with batch dimensions: each batch is a part of one long table of rows. */
export const batchedGather: GradientRepair = {
  fault: "wrong or an error with more than one batch dimension, or with one and an axis behind the second",
  kernelName: tf.GatherV2,
  inputsToSave: ["x", "indices"],
  applies: ({ batchDims }) => typeof batchDims === "number" && batchDims > 0,
  gradFunc(dy, saved, attrs) {
    const [x, indices] = saved as [tf.Tensor, tf.Tensor];
    const { axis, batchDims } = attrs as unknown as tf.GatherV2Attrs;
    return {
      x: () => gatherBack(dy as tf.Tensor, x, indices, tf.util.parseAxisParam(axis, x.shape)[0]!, batchDims),
      indices: () => tf.zerosLike(indices),
    };
  },
};

function gatherBack(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, axis: number, batchDims: number): tf.Tensor {
  const count = (from: number, to?: number): number => tf.util.sizeFromShape(x.shape.slice(from, to));
  const [batch, outer, size, inner] = [count(0, batchDims), count(batchDims, axis), x.shape[axis]!, count(axis + 1)];
  const picked = indices.size / batch;
  const rows = tf.transpose(tf.reshape(dy, [batch, outer, picked, inner]), [0, 2, 1, 3]);
  const first = tf.reshape(tf.mul(tf.range(0, batch, 1, "int32"), tf.scalar(size, "int32")), [batch, 1]);
  const ids = tf.reshape(tf.add(tf.reshape(tf.cast(indices, "int32"), [batch, picked]), first), [batch * picked]);
  const sums = tf.unsortedSegmentSum(
    tf.reshape(rows, [batch * picked, outer * inner]),
    ids as tf.Tensor1D,
    batch * size,
  );
  return tf.reshape(tf.transpose(tf.reshape(sums, [batch, size, outer, inner]), [0, 2, 1, 3]), x.shape);
}
