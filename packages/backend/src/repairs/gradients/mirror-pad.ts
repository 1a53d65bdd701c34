import * as tf from "@tensorflow/tfjs-core";
import type { GradientRepair } from "../gradient-repair.ts";

/** What the border mirrors gets the border's share, turned round. */
export const mirrorPad: GradientRepair = {
  fault: "the border's share is dropped, as if it were zeros",
  kernelName: tf.MirrorPad,
  inputsToSave: ["x"],
  gradFunc(dy, [x], attrs) {
    const { paddings, mode } = attrs as unknown as tf.MirrorPadAttrs;
    const skipped = mode === "reflect" ? 1 : 0;
    return {
      x: () =>
        paddings.reduce((part, pad, axis) => foldBack(part, axis, pad, x!.shape[axis]!, skipped), dy as tf.Tensor),
    };
  },
};

/** Takes the border off one axis. */
function foldBack(
  dy: tf.Tensor,
  axis: number,
  [before, after]: [number, number],
  size: number,
  skipped: number,
): tf.Tensor {
  const centre = alongAxis(dy, axis, before, size);
  const shares = [
    [0, before, skipped],
    [before + size, after, size - after - skipped],
  ] as const;
  return shares.reduce((sum, [from, count, to]) => {
    if (count === 0) return sum;
    const turned = tf.reverse(alongAxis(dy, axis, from, count), axis);
    return tf.add(
      sum,
      tf.pad(
        turned,
        turned.shape.map((_, i) => (i === axis ? [to, size - to - count] : [0, 0])),
      ),
    );
  }, centre);
}

function alongAxis(x: tf.Tensor, axis: number, from: number, count: number): tf.Tensor {
  const begin = x.shape.map((_, i) => (i === axis ? from : 0));
  return tf.slice(
    x,
    begin,
    x.shape.map((size, i) => (i === axis ? count : size)),
  );
}
