import * as tf from "@tensorflow/tfjs-core";
import { at, fill, indices, type Nd } from "./nd.ts";
import type { Operation } from "./operation.ts";

const EQUATIONS = [
  "ij,jk->ik",
  "ij,kj->ki",
  "bij,bjk->bik",
  "iab,bn->ian",
  "ij,ij->i",
  "ij,j->i",
  "ij->ji",
  "ijk->ik",
  "i,j->ij",
  "abc,cd->ad",
  "bhqd,bhkd->bhqk",
] as const;

/** Sums over all letters that the output has not, one product at a time. */
function einsum(equation: string, tensors: readonly Nd[]): Nd {
  const [left, output] = equation.split("->") as [string, string];
  const words = left.split(",");
  const letters = [...new Set(words.join(""))];
  const sizeOfLetter = (letter: string): number => {
    const which = words.findIndex((word) => word.includes(letter));
    return tensors[which]!.shape[words[which]!.indexOf(letter)]!;
  };
  const summed = letters.filter((letter) => !output.includes(letter));
  return fill([...output].map(sizeOfLetter), (index) =>
    indices(summed.map(sizeOfLetter)).reduce((sum, inner) => {
      const place = (letter: string): number => index[output.indexOf(letter)] ?? inner[summed.indexOf(letter)]!;
      return sum + words.reduce((product, word, i) => product * at(tensors[i]!, [...word].map(place)), 1);
    }, 0),
  );
}

const contraction: Operation = {
  name: "einsum",
  draw(draw) {
    const equation = draw.pick(...EQUATIONS);
    const sizes = new Map(
      [...new Set(equation.replaceAll(/[^a-z]/gu, ""))].map((letter) => [letter, draw.whole(1, 3)]),
    );
    const words = equation.split("->")[0]!.split(",");
    return {
      geometry: { equation, sizes: Object.fromEntries(sizes) },
      inputs: words.map((word) => ({ shape: [...word].map((letter) => sizes.get(letter)!) })),
      compute: (...tensors) => tf.einsum(equation, ...tensors),
      meaning: { kind: "function", of: (...tensors) => einsum(equation, tensors) },
    };
  },
};

const product: Operation = {
  name: "matMul",
  draw(draw) {
    const [rows, inner, columns] = draw.wholes(3, 1, 5) as [number, number, number];
    const [turnA, turnB] = [draw.pick(true, false), draw.pick(true, false)];
    const batch = draw.wholes(draw.whole(0, 2), 1, 3);
    const one = batch.map(() => 1);
    const [batchA, batchB] = draw.pick([batch, batch], [one, batch], [batch, one]) as [number[], number[]];
    const whole = (list: readonly number[], index: readonly number[]): number[] =>
      list.map((size, i) => (size === 1 ? 0 : index[i]!));
    return {
      geometry: { batchA, batchB, rows, inner, columns, turnA, turnB },
      inputs: [
        { shape: [...batchA, ...(turnA ? [inner, rows] : [rows, inner])] },
        { shape: [...batchB, ...(turnB ? [columns, inner] : [inner, columns])] },
      ],
      compute: (a, b) => tf.matMul(a!, b!, turnA, turnB),
      meaning: {
        kind: "function",
        of: (a, b) =>
          fill([...batch, rows, columns], (index) => {
            const [row, column] = index.slice(-2) as [number, number];
            const outer = index.slice(0, -2);
            return Array.from({ length: inner }, (_, k) => {
              const left = at(a!, [...whole(batchA, outer), ...(turnA ? [k, row] : [row, k])]);
              return left * at(b!, [...whole(batchB, outer), ...(turnB ? [column, k] : [k, column])]);
            }).reduce((sum, value) => sum + value, 0);
          }),
      },
    };
  },
};

/** As dense layers call it. */
const fused: Operation = {
  name: "fused.matMul",
  draw(draw) {
    const [rows, inner, columns] = draw.wholes(3, 1, 5) as [number, number, number];
    const activation = draw.pick("linear" as const, "relu" as const, "sigmoid" as const);
    return {
      geometry: { rows, inner, columns, activation },
      inputs: [{ shape: [rows, inner] }, { shape: [inner, columns] }, { shape: [columns] }],
      compute: (a, b, bias) => tf.fused.matMul({ a: a!, b: b!, bias: bias!, activation }),
      meaning: {
        kind: "function",
        of: (a, b, bias) =>
          fill([rows, columns], ([row, column]) => {
            let sum = bias!.values[column!]!;
            for (let k = 0; k < inner; k++) sum += at(a!, [row!, k]) * at(b!, [k, column!]);
            if (activation === "linear") return sum;
            return activation === "relu" ? Math.max(0, sum) : 1 / (1 + Math.exp(-sum));
          }),
      },
    };
  },
};

/** Matrix products and Einstein's sums. */
export const productOperations: readonly Operation[] = [contraction, product, fused];
