import * as tf from "@tensorflow/tfjs-core";

/** The values of a tensor that `f` makes; everything else that it makes is disposed. */
export async function readBack(f: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(f);
  try {
    return await tensor.data<"float32">();
  } finally {
    tensor.dispose();
  }
}
