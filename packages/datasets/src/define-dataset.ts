import { checkWhole, InputError, show } from "@kwta/core";
import type { Dataset, ImageShape, Split } from "./dataset.ts";

/** Samples in memory. */
export interface OwnSamples {
  /** Of all samples, NHWC: bytes, or floats from 0 to 1, which are rounded to bytes. Bytes are taken as they are, not copied. */
  readonly images: Float32Array | Uint8Array;
  /** One class index a sample. */
  readonly labels: ArrayLike<number>;
  /**
   * See {@link Split.ids}.
   * @defaultValue 0, 1, 2, ...
   */
  readonly ids?: ArrayLike<number>;
}

/** What {@link defineDataset} takes. */
export interface OwnDataset {
  readonly name: string;
  /** Of one image. */
  readonly shape: ImageShape;
  /** The name of each class. */
  readonly classNames: readonly string[];
  readonly train: OwnSamples;
  readonly test: OwnSamples;
  /**
   * Goes into `run.json`.
   * @defaultValue `{ kind: "own" }`
   */
  readonly source?: Dataset["source"];
}

/**
 * A data set from arrays in memory.
 *
 * @throws InputError when the arrays do not fit each other, or hold what is no pixel or no label
 */
export function defineDataset(own: OwnDataset): Dataset {
  const { name, shape, classNames, source = { kind: "own" } } = own;
  ["height", "width", "number of channels"].forEach((what, i) =>
    checkWhole(`The ${what} of an image`, shape[i]!, 1, 1 << 16),
  );
  checkWhole("The number of classes", classNames.length, 1);
  const split = (samples: OwnSamples, which: string) =>
    defineSplit(samples, { shape, classes: classNames.length, which });
  return { name, shape, classNames, train: split(own.train, "training"), test: split(own.test, "test"), source };
}

/** Options of {@link defineSplit}. */
export interface DefineSplitOptions {
  /** Of one image. */
  readonly shape: ImageShape;
  /** Number of classes. */
  readonly classes: number;
  /**
   * Named in errors.
   * @defaultValue "given"
   */
  readonly which?: string;
}

/** {@link defineDataset} of one split. */
export function defineSplit(
  { images, labels, ids }: OwnSamples,
  {
    shape,
    classes,
    which = "given",
  }: { readonly shape: ImageShape; readonly classes: number; readonly which?: string },
): Split {
  const refuse = (reason: string): never => {
    throw new InputError(`The ${which} samples cannot be used: ${reason}.`);
  };
  const size = labels.length;
  const stride = shape[0] * shape[1] * shape[2];
  if (size === 0) refuse("there are no labels");
  if (images.length !== size * stride) {
    refuse(`${size} images of ${shape.join(" x ")} have ${size * stride} numbers, not ${images.length}`);
  }
  if (ids && ids.length !== size) refuse(`there are ${size} labels and ${ids.length} ids`);
  const numbers = Array.from(labels);
  const bad = numbers.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (bad >= 0) refuse(`label ${bad} is ${show(numbers[bad])}, not a class from 0 to ${classes - 1}`);
  return {
    shape,
    size,
    images: images instanceof Uint8Array ? images : toBytes(images, refuse),
    labels: Int32Array.from(numbers),
    ids: ids ? Int32Array.from(ids) : Int32Array.from({ length: size }, (_, i) => i),
  };
}

function toBytes(values: Float32Array, refuse: (reason: string) => never): Uint8Array {
  const bad = values.findIndex((value) => !(value >= 0 && value <= 1));
  if (bad >= 0) refuse(`value ${bad} of the images is ${values[bad]}; floats run from 0 to 1, bytes from 0 to 255`);
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round(255 * values[i]!);
  return bytes;
}
