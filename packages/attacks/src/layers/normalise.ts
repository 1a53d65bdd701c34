import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Bounds } from "../norms/bounds.ts";

/** What is done to the values of an image before the model sees them: `(x - mean) / std`. */
export interface Normalisation {
  /**
   * Of all values or of each channel, in the units of `bounds`.
   *
   * @defaultValue 0
   */
  readonly mean?: number | readonly number[] | undefined;
  /** @see {@link mean} @defaultValue 1 */
  readonly std?: number | readonly number[] | undefined;
}

/**
 * The function that normalises `[n, ..., channels]`.
 *
 * @throws InputError when there is not one number or one for each channel, for a mean outside of the bounds, and a standard
 * deviation that is not positive
 */
export function normaliser(
  { mean = 0, std = 1 }: Normalisation,
  { min, max }: Bounds,
  inputShape: readonly number[],
): (x: tf.Tensor) => tf.Tensor {
  const means = perChannel("mean", mean, inputShape);
  const deviations = perChannel("std", std, inputShape);
  const outside = means.find((each) => each !== 0 && (each < min || each > max));
  if (outside !== undefined) {
    throw new InputError(
      `A mean is ${outside}, outside of the data range [${min}, ${max}]. Give mean and std in the units of the data` +
        `${outside > max && max <= 1 ? " (123.675 of 8-bit images is 0.485)" : ""}, or the bounds that the data have.`,
    );
  }
  const narrow = deviations.find((each) => each <= 0);
  if (narrow !== undefined) throw new InputError(`A std is ${narrow}. Give positive numbers.`);
  if (means.every((each) => each === 0) && deviations.every((each) => each === 1)) return (x) => x;
  return (x) => tf.tidy(() => tf.div(tf.sub(x, row(means)), row(deviations)));
}

function perChannel(
  name: "mean" | "std",
  given: number | readonly number[],
  shape: readonly number[],
): readonly number[] {
  const values = typeof given === "number" ? [given] : given;
  const channels = shape.at(-1) ?? 1;
  const isList = Array.isArray(values) && (values.length === 1 || values.length === channels);
  if (isList && values.every((each) => Number.isFinite(each))) return values as readonly number[];
  throw new InputError(
    `${name} is ${show(given)}, and the model takes images of shape ${show(shape)}. ` +
      `Give one number, or ${channels}, one for each channel (the last axis).`,
  );
}

/** A number rather than a tensor where one will do: it costs no broadcasting. */
function row(values: readonly number[]): number | tf.Tensor {
  return values.length === 1 ? values[0]! : tf.tensor1d(values as number[]);
}
