// @ts-check
import { asClassifier, perSampleLoss } from "@kwta/attacks";
import { createModel, foldBatchNorm } from "@kwta/models";
import * as tf from "@tensorflow/tfjs-core";
import { computed } from "../backends/tfjs-conv3x3.mjs";
import { normalTensor } from "../workers/inputs.mjs";
/** @import { Prepared } from "../workers/tfjs.mjs" */

/**
 * @param {{ id: string, batch: number, pass: string, fold: boolean }} work
 * @returns {Prepared}
 */
export function prepare({ id, batch, pass, fold }) {
  const trained = createModel(id, { inputShape: [32, 32, 3], numClasses: 10, seed: 0 });
  const model = fold ? foldBatchNorm(trained) : trained;
  const classifier = asClassifier(model);
  const x = /** @type {tf.Tensor4D} */ (normalTensor([batch, 32, 32, 3], 1));
  const ids = Int32Array.from({ length: batch }, (_, i) => i);
  const loss = perSampleLoss("cross-entropy", { kind: "untargeted", labels: ids.map((each) => each % 10) });
  const gradient = () => {
    const { gradient: found, ...others } = classifier.lossAndGradient(x, ids, loss);
    tf.dispose(Object.values(others));
    return found;
  };
  const forward = () => classifier.logits(x, ids);
  return {
    run: () => comparable(pass === "forward" ? forward() : gradient(), id.endsWith("@relu")),
    dispose() {
      x.dispose();
      trained.dispose();
      if (fold) model.dispose();
    },
  };
}

/**
 * The result once it is there; of a net with k-WTA only that it is there. Rounding makes other values win in it, which
 * moves the results by more than the driver takes for the same: that they are the same but for this, tests prove.
 *
 * @param {tf.Tensor} result
 * @param {boolean} exact
 */
function comparable(result, exact) {
  computed(result);
  if (exact) return result;
  result.dispose();
  return tf.scalar(1);
}
