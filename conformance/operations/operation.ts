import type * as tf from "@tensorflow/tfjs-core";
import type { Draw } from "./draw.ts";
import type { Nd } from "./nd.ts";

/** An operation in one geometry, and what it means. */
export interface Case {
  /** The geometry, to be told when the result is wrong. */
  readonly geometry: object;
  readonly inputs: readonly Input[];
  compute(...inputs: tf.Tensor[]): tf.Tensor;
  readonly meaning: Meaning;
  /**
   * The largest error as a fraction of the largest number.
   *
   * @defaultValue 2e-5
   */
  readonly tolerance?: number;
}

/** An input's shape and the range that its numbers are from, [-1, 1) unless it is given. */
export interface Input {
  readonly shape: readonly number[];
  readonly low?: number;
  readonly high?: number;
}

/**
 * What has to come out, in double precision:
 *
 * - `products`: every product of numbers of two inputs, or of one and a constant, that a number of the output consists of. Its
 *   gradients are the same sums, transposed.
 * - `function`: any function; its gradients are taken by central differences.
 * - `constant`: a function without gradients.
 */
export type Meaning =
  | {
      readonly kind: "products";
      readonly shape: readonly number[];
      products(inputs: readonly Nd[], visit: Visit): void;
    }
  | { readonly kind: "function" | "constant"; of(...inputs: Nd[]): Nd };

/** Tells of `output[y] += inputs[0][x] * w`, where w is `inputs[1][w]`, or the factor where there is one input. */
export type Visit = (y: number, x: number, w: number) => void;

/** An operation that a layer of TensorFlow.js uses, in random geometries. */
export interface Operation {
  readonly name: string;
  draw(draw: Draw): Case;
}
