// @ts-check
import { kwta, parseActivation } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { normalTensor } from "../workers/inputs.mjs";
/** @import { Prepared } from "../workers/tfjs.mjs" */

/**
 * @param {{ shape: [number, number], activation: string, pass: "forward" | "backward" }} work
 * @returns {Prepared}
 */
export function prepare({ shape, activation, pass }) {
  const x = normalTensor(shape, 1);
  const dy = normalTensor(shape, 2);
  const f = activationFunction(activation);
  const runs = {
    forward: () => f(x),
    /** @param {() => void} restartClock */
    backward(restartClock) {
      return tf.grad((input) => {
        const y = f(input);
        restartClock();
        return y;
      })(x, dy);
    },
  };
  return { run: runs[pass], dispose: () => tf.dispose([x, dy]) };
}

/**
 * @param {string} spec
 * @returns {(x: tf.Tensor) => tf.Tensor}
 */
function activationFunction(spec) {
  const activation = parseActivation(spec);
  if (activation.kind === "relu") return tf.relu;
  if (activation.kind === "kwta") return (x) => kwta(x, { gamma: activation.gamma });
  throw new Error(`This benchmark has no ${spec}.`);
}
