import type { ImageShape } from "@kwta/core";

export type { ImageShape };

/** Images with labels, kept as bytes. */
export interface Split {
  /** Of one image. */
  readonly shape: ImageShape;
  /** Number of samples. */
  readonly size: number;
  /** Pixels of all samples, [size, height, width, channels], 0 to 255. */
  readonly images: Uint8Array;
  /** One class index a sample. */
  readonly labels: Int32Array;
  /**
   * Names each sample for good: a subset keeps the ids of the split that it was taken from. Random numbers are keyed by
   * them, so that a sample meets the same augmentation and the same attack noise whatever it is batched with.
   */
  readonly ids: Int32Array;
}

/** A data set, decoded once. */
export interface Dataset {
  /** The name in settings: `"cifar10"`. */
  readonly name: string;
  /** Of one image. */
  readonly shape: ImageShape;
  /** The name of each class; a label is an index into it. */
  readonly classNames: readonly string[];
  /** The samples to learn from. */
  readonly train: Split;
  /** The samples to judge by. */
  readonly test: Split;
  /** Where the data came from, enough to get it again; goes into `run.json`. */
  readonly source: Readonly<Record<string, string | number>>;
  /** What a person should know of how it was read, such as files that were passed over; missing where there is nothing. */
  readonly notes?: readonly string[];
}
