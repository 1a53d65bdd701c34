import * as tf from "@tensorflow/tfjs-core";

/**
 * Activations of Keras 3 that TensorFlow.js does not have, by their names there, each with its constants in Keras. That of
 * the hard sigmoid has another slope than Keras 2 and TensorFlow.js, hence another name.
 */
const FUNCTIONS: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  celu: (x) => tf.elu(x),
  exponential: (x) => tf.exp(x),
  hardShrink: (x) => tf.where(tf.greater(tf.abs(x), 0.5), x, tf.zerosLike(x)),
  hardSigmoidKeras3: hardSigmoid,
  hardSilu: (x) => tf.mul(x, hardSigmoid(x)),
  hardTanh: (x) => tf.clipByValue(x, -1, 1),
  leakyRelu: (x) => tf.leakyRelu(x, 0.2),
  logSigmoid: (x) => tf.logSigmoid(x),
  softShrink: (x) => tf.sub(tf.relu(tf.sub(x, 0.5)), tf.relu(tf.sub(tf.neg(x), 0.5))),
  sparsePlus: (x) => tf.add(tf.div(tf.square(tf.clipByValue(tf.add(x, 1), 0, 2)), 4), tf.relu(tf.sub(x, 1))),
  sparseSigmoid: (x) => tf.clipByValue(tf.div(tf.add(x, 1), 2), 0, 1),
  squareplus: (x) => tf.div(tf.add(x, tf.sqrt(tf.add(tf.square(x), 4))), 2),
  tanhShrink: (x) => tf.sub(x, tf.tanh(x)),
};

function hardSigmoid(x: tf.Tensor): tf.Tensor {
  return tf.clipByValue(tf.add(tf.div(x, 6), 0.5), 0, 1);
}

/** Those that have one name in both. */
const SAME: readonly string[] = (
  "elu gelu linear log_softmax mish relu relu6 selu sigmoid softmax softplus softsign swish tanh celu exponential " +
  "hard_shrink hard_silu hard_tanh leaky_relu log_sigmoid soft_shrink sparse_plus sparse_sigmoid squareplus " +
  "tanh_shrink"
).split(" ");

/** Keras's name to the name that TensorFlow.js, or this file, has for it. */
export const ACTIVATIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(SAME.map((name) => [name, name])),
  hard_sigmoid: "hard_sigmoid_keras3",
  hard_swish: "hard_silu",
  silu: "swish",
};

type SerializableClass = tf.serialization.SerializableConstructor<tf.serialization.Serializable>;

/** A class for each function, as TensorFlow.js has them for its own. */
export const ACTIVATION_CLASSES: readonly SerializableClass[] = Object.entries(FUNCTIONS).map(([className, apply]) => {
  class Activation extends tf.serialization.Serializable {
    static className = className;

    apply(x: tf.Tensor): tf.Tensor {
      return tf.tidy(() => apply(x));
    }

    getConfig(): tf.serialization.ConfigDict {
      return {};
    }
  }
  return Activation as unknown as SerializableClass;
});
