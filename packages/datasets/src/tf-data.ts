import { InputError, show } from "@kwta/core";
import { tensor1d, tensor4d, Tensor, type Tensor1D, type Tensor4D } from "@tensorflow/tfjs-core";
import { batches, type BatchesOptions } from "./batches/batches.ts";
import type { ImageShape, Split } from "./dataset.ts";
import { defineSplit } from "./define-dataset.ts";

/** One element of what {@link toTfData} gives: what `model.fitDataset` takes. */
export interface TfDataBatch {
  /** Pixels in [0, 1], NHWC. */
  readonly xs: Tensor4D;
  /** One class index a sample, as floats: for `sparseCategoricalCrossentropy`. */
  readonly ys: Tensor1D;
}

/** Options of {@link toTfData}. */
export interface ToTfDataOptions extends Omit<BatchesOptions, "epoch" | "from"> {
  /**
   * The epoch of the first pass.
   * @defaultValue 0
   */
  readonly epoch?: number;
}

/**
 * The way out to `tf.data`: `tf.data.generator(toTfData(split, { batchSize, seed }))`. Each pass over it is one epoch of
 * {@link batches}, from `epoch` on. Whoever takes a batch disposes of it, as `fitDataset` does.
 */
export function toTfData(
  split: Split,
  options: ToTfDataOptions,
): () => Generator<TfDataBatch & Record<string, Tensor>, void, undefined> {
  const { epoch: first = 0, ...rest } = options;
  // Bad options are refused here, not at the first batch.
  batches(split, { ...rest, epoch: first });
  let epoch = first;
  return function* () {
    for (const { x, shape, labels } of batches(split, { ...rest, epoch: epoch++ })) {
      yield { xs: tensor4d(x, shape), ys: tensor1d(Float32Array.from(labels)) };
    }
  };
}

/** What this takes of a `tf.data.Dataset`. */
export interface TfDataLike {
  forEachAsync(take: (element: never) => void): Promise<void>;
}

/** Options of {@link fromTfData}. */
export interface FromTfDataOptions {
  /** Of one image. */
  readonly shape: ImageShape;
  /** Number of classes. */
  readonly classes: number;
}

/** A tensor, or numbers, nested or not. */
type Numbers = Tensor | ArrayLike<number> | number | readonly Numbers[];

/**
 * The way in from `tf.data`: takes all elements `{ xs, ys }` of a data set and disposes of them. `xs` is one image
 * [height, width, channels] or a batch of them, tensors or nested arrays of floats from 0 to 1; `ys` holds class indices.
 *
 * @throws InputError when the elements are not like that
 */
export async function fromTfData(data: TfDataLike, { shape, classes }: FromTfDataOptions): Promise<Split> {
  const images: Float32Array[] = [];
  const labels: number[] = [];
  await data.forEachAsync((element: { xs?: Numbers; ys?: Numbers }) => {
    const { xs, ys } = element;
    if (xs === undefined || ys === undefined) {
      throw new InputError(`An element of the data set is ${show(Object.keys(element))}; it must be { xs, ys }.`);
    }
    images.push(Float32Array.from(flatten(xs)));
    labels.push(...flatten(ys));
    for (const value of [xs, ys]) if (value instanceof Tensor) value.dispose();
  });
  const all = new Float32Array(images.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of images) {
    all.set(part, at);
    at += part.length;
  }
  return defineSplit({ images: all, labels }, { shape, classes, which: "tf.data" });
}

function flatten(values: Numbers): ArrayLike<number> & Iterable<number> {
  if (values instanceof Tensor) return values.dataSync();
  if (typeof values === "number") return [values];
  if (ArrayBuffer.isView(values)) return values as Float32Array;
  return (values as readonly Numbers[]).flatMap((value) => (typeof value === "number" ? value : [...flatten(value)]));
}
