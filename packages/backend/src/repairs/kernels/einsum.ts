import * as tf from "@tensorflow/tfjs-core";
import type { KernelRepair } from "../kernel-repair.ts";

/** Einstein's sums, two operands at a time, each a matrix product. */
export const einsumKernel: KernelRepair = {
  kernelName: tf.Einsum,
  fault: "it is missing on wasm; elsewhere equations such as abc,cd->ad fail",
  repair:
    () =>
    ({ inputs, attrs }) => {
      const tensors = Object.values(inputs) as tf.Tensor[];
      const equation = attrs["equation"] as string;
      // What an equation must not be is told as on other backends.
      const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
      tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors);
      return tf.tidy(() => tf.cast(einsum(equation, tensors), tensors[0]!.dtype));
    },
};

/** A tensor with a letter for each axis. */
interface Lettered {
  readonly x: tf.Tensor;
  readonly letters: string;
}

function einsum(equation: string, tensors: readonly tf.Tensor[]): tf.Tensor {
  const [left, output] = equation.replaceAll(/\s/gu, "").split("->") as [string, string];
  const operands = left.split(",").map((letters, i): Lettered => ({ x: tf.cast(tensors[i]!, "float32"), letters }));
  const all = operands.reduce((a, b, i) => {
    const later = operands.slice(i + 1).map(({ letters }) => letters);
    return contract(a, b, [output, ...later].join(""));
  });
  return arrange(sumOut(all, output), output);
}

/** The product of two, summed over the letters that are not needed any more. */
function contract(a: Lettered, b: Lettered, needed: string): Lettered {
  const [left, right] = [sumOut(a, needed + b.letters), sumOut(b, needed + a.letters)];
  const shared = [...left.letters].filter((letter) => right.letters.includes(letter));
  const batch = shared.filter((letter) => needed.includes(letter)).join("");
  const inner = shared.filter((letter) => !needed.includes(letter)).join("");
  const [rows, columns] = [without(left.letters, shared), without(right.letters, shared)];
  const [batches, rowCount, innerCount] = [batch, rows, inner].map((letters) => countOf(left, letters)) as [
    number,
    number,
    number,
  ];
  const product = tf.matMul(
    tf.reshape(arrange(left, batch + rows + inner), [batches, rowCount, innerCount]),
    tf.reshape(arrange(right, batch + inner + columns), [batches, innerCount, countOf(right, columns)]),
  );
  const sizes = [...sizesOf(left, batch + rows), ...sizesOf(right, columns)];
  return { x: tf.reshape(product, sizes), letters: batch + rows + columns };
}

function sumOut({ x, letters }: Lettered, needed: string): Lettered {
  const axes = [...letters].flatMap((letter, axis) => (needed.includes(letter) ? [] : [axis]));
  if (axes.length === 0) return { x, letters };
  return { x: tf.sum(x, axes), letters: [...letters].filter((letter) => needed.includes(letter)).join("") };
}

function arrange({ x, letters }: Lettered, order: string): tf.Tensor {
  return letters === order
    ? x
    : tf.transpose(
        x,
        [...order].map((letter) => letters.indexOf(letter)),
      );
}

function without(letters: string, others: readonly string[]): string {
  return [...letters].filter((letter) => !others.includes(letter)).join("");
}

function sizesOf({ x, letters }: Lettered, wanted: string): number[] {
  return [...wanted].map((letter) => x.shape[letters.indexOf(letter)]!);
}

function countOf(lettered: Lettered, wanted: string): number {
  return tf.util.sizeFromShape(sizesOf(lettered, wanted));
}
