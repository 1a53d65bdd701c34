import * as tf from "@tensorflow/tfjs-core";
import type { GradientRepair } from "../gradient-repair.ts";

/** By each operand: dy and the other operands, contracted to its letters. */
export const einsum: GradientRepair = {
  fault: "it is missing",
  kernelName: tf.Einsum,
  saveAllInputs: true,
  gradFunc(dy, saved, attrs) {
    const { equation } = attrs as unknown as tf.EinsumAttrs;
    const [left, output] = equation.replaceAll(/\s/gu, "").split("->") as [string, string];
    const letters = left.split(",");
    const byOperand = saved.map((x, i) => [i, () => back(dy as tf.Tensor, saved, letters, output, x, i)] as const);
    return Object.fromEntries(byOperand);
  },
};

function back(
  dy: tf.Tensor,
  saved: readonly tf.Tensor[],
  letters: readonly string[],
  output: string,
  x: tf.Tensor,
  operand: number,
): tf.Tensor {
  const others = (list: readonly string[]): string[] => list.filter((_, i) => i !== operand);
  const known = [output, ...others(letters)];
  // A letter that nothing else has was summed over alone: its gradient is the same all along.
  const kept = [...letters[operand]!].filter((letter) => known.some((word) => word.includes(letter)));
  const rest = saved.filter((_, i) => i !== operand);
  const small = tf.einsum(`${known.join(",")}->${kept.join("")}`, dy, ...rest);
  const shape = [...letters[operand]!].map((letter, axis) => (kept.includes(letter) ? x.shape[axis]! : 1));
  return tf.tile(
    tf.reshape(small, shape),
    x.shape.map((size, axis) => size / shape[axis]!),
  );
}
