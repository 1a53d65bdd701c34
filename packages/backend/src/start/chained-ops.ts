import * as tf from "@tensorflow/tfjs-core";

/**
 * The methods of tensors that TensorFlow.js's own packages call, without seeing to it that they are there: the orthogonal
 * initialiser of LSTM and GRU, the gradients of `gather` and `prod`, and tfjs-node's PReLU and `exp`. The package
 * `@tensorflow/tfjs` registers such methods for all ops, which would take every op along into a page.
 */
const CHAINED: Readonly<Record<string, (tensor: tf.Tensor, ...rest: never[]) => tf.Tensor>> = {
  add: (tensor, other: tf.Tensor) => tf.add(tensor, other),
  mul: (tensor, other: tf.Tensor | number) => tf.mul(tensor, other),
  flatten: (tensor) => tf.reshape(tensor, [-1]),
  reshape: (tensor, shape: number[]) => tf.reshape(tensor, shape),
  sign: (tensor) => tf.sign(tensor),
  stridedSlice: (tensor, ...rest: StridedSliceRest) => tf.stridedSlice(tensor, ...rest),
  sub: (tensor, other: tf.Tensor) => tf.sub(tensor, other),
  toFloat: (tensor) => tf.cast(tensor, "float32"),
  transpose: (tensor, order?: number[]) => tf.transpose(tensor, order),
};

type StridedSliceRest = Parameters<typeof tf.stridedSlice> extends [unknown, ...infer Rest] ? Rest : never;

/** Gives tensors those methods, unless they have them. */
export function registerChainedOps(): void {
  const prototype = tf.Tensor.prototype as unknown as Record<string, unknown>;
  for (const [name, op] of Object.entries(CHAINED)) {
    if (name in prototype) continue;
    prototype[name] = function (this: tf.Tensor, ...rest: never[]) {
      return op(this, ...rest);
    };
  }
}
