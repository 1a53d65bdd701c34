import { InputError, show } from "@kwta/core";
import { tensor4d, type Tensor4D } from "@tensorflow/tfjs-core";
import { copyUnit } from "./images/pixels.ts";
import type { Split } from "./dataset.ts";

/** The samples at `start`, `start + 1`, ..., `end - 1`. */
export interface SampleRange {
  /** The first position. */
  readonly start: number;
  /** One past the last position. */
  readonly end: number;
}

/** Samples as a model takes them, and as they are attacked and evaluated. */
export interface SampleTensors {
  /** Pixels in [0, 1], NHWC; the caller disposes of it. */
  readonly x: Tensor4D;
  /** One class index a sample. */
  readonly labels: Int32Array;
  /** See {@link Split.ids}. */
  readonly ids: Int32Array;
}

/**
 * Copies samples out of a split, in the order given: pixels become floats in [0, 1], `value / 255` rounded once, the
 * numbers of PyTorch's `ToTensor`.
 *
 * @param which positions in the split (not ids), or a range of them
 * @throws InputError when a position lies outside the split
 */
export function toTensors(split: Split, which: ArrayLike<number> | SampleRange): SampleTensors {
  const positions = "start" in which ? expand(which) : Array.from(which);
  const bad = positions.find((position) => !Number.isInteger(position) || position < 0 || position >= split.size);
  if (bad !== undefined || positions.length === 0) {
    const found = bad === undefined ? "No sample was asked for" : `There is no sample ${show(bad)}`;
    throw new InputError(`${found}; the split has samples 0 to ${split.size - 1}.`);
  }
  const [height, width, channels] = split.shape;
  const stride = height * width * channels;
  const x = new Float32Array(positions.length * stride);
  positions.forEach((position, i) => copyUnit(split.images, position * stride, stride, x, i * stride));
  return {
    x: tensor4d(x, [positions.length, height, width, channels]),
    labels: Int32Array.from(positions, (position) => split.labels[position]!),
    ids: Int32Array.from(positions, (position) => split.ids[position]!),
  };
}

function expand({ start, end }: SampleRange): number[] {
  if (!Number.isInteger(start) || !Number.isInteger(end)) {
    throw new InputError(`A range of samples goes from ${show(start)} to ${show(end)}; give two whole numbers.`);
  }
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
}
