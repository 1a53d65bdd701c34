import type { Params } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { RunContext } from "./context.ts";
import type { Access } from "./oracle.ts";

/**
 * Where logits of the context's own rows, `[n, classes]`, count as success: `[n]`, 1 or 0, without reading anything back. For
 * attacks that turn round at the border.
 */
export function isAdversarial(
  { success }: Pick<RunContext<Access, Params>, "success">,
  logits: tf.Tensor2D,
): tf.Tensor1D {
  return tf.tidy(() => {
    const predicted = tf.argMax(logits, 1);
    const reached =
      success.kind === "untargeted"
        ? tf.notEqual(predicted, tf.tensor1d(success.labels, "int32"))
        : tf.equal(predicted, tf.tensor1d(success.targets, "int32"));
    return tf.cast(reached, "float32") as tf.Tensor1D;
  });
}
