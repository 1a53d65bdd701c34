import { InputError, keyedRandom, show } from "@kwta/core";
import { checkSeed, checkWhole } from "./_checks.ts";
import { cropFlip, pickCropFlip } from "./_crop-flip.ts";
import { copyUnit } from "./_pixels.ts";
import type { Split } from "./dataset.ts";

/** How training images are varied: not at all, or by a random crop with padding 4 and a horizontal flip. */
export type Augmentation = "none" | "crop-flip";

/** One batch, in arrays of its own that the receiver may keep. */
export interface Batch {
  /** Its place in the epoch, from 0. */
  readonly index: number;
  /** Of `x`. */
  readonly shape: [size: number, height: number, width: number, channels: number];
  /** Pixels in [0, 1], NHWC. */
  readonly x: Float32Array;
  /** One class index a sample. */
  readonly labels: Int32Array;
  /** See {@link Split.ids}. */
  readonly ids: Int32Array;
}

/** Options of {@link batches}. */
export interface BatchesOptions {
  /** Samples a batch; the last batch has the rest. */
  readonly batchSize: number;
  /** Any whole number. */
  readonly seed: number;
  /** From 0; each epoch has an order and augmentations of its own. */
  readonly epoch: number;
  /** @defaultValue "none" */
  readonly augment?: Augmentation | undefined;
  /**
   * The first batch to give: what a resumed run has not seen yet.
   * @defaultValue 0
   */
  readonly from?: number | undefined;
}

/** How many batches an epoch has; the last one may be smaller. */
export function batchCount(split: Split, batchSize: number): number {
  checkWhole("The batch size", batchSize, 1);
  return Math.ceil(split.size / batchSize);
}

/**
 * One epoch of training batches, each sample once, in an order that depends on (seed, epoch). The augmentation of a
 * sample depends on (seed, epoch, sample id). So batch `i` is the same, bit for bit, whether or not the batches before it
 * were asked for, and a run that stopped in the middle of an epoch goes on with `from`.
 *
 * Crop and flip are those of the ResNet recipe for CIFAR-10 (He et al. 2016, section 4.2): four black pixels on each side,
 * a random crop of the old size, mirrored half of the time.
 *
 * @throws InputError at the call, not at the first batch
 */
export function batches(split: Split, options: BatchesOptions): Generator<Batch, void, undefined> {
  const { batchSize, seed, epoch, augment = "none", from = 0 } = options;
  const count = batchCount(split, batchSize);
  checkSeed(seed);
  checkWhole("The epoch", epoch, 0);
  checkWhole("The first batch", from, 0, count);
  if (!AUGMENTATIONS.includes(augment)) {
    throw new InputError(`Unknown augmentation ${show(augment)}. Known: ${AUGMENTATIONS.join(", ")}.`);
  }
  return generate(split, { batchSize, seed, epoch, augment, from });
}

const AUGMENTATIONS: readonly Augmentation[] = ["none", "crop-flip"];

type Settings = { [Key in keyof BatchesOptions]-?: NonNullable<BatchesOptions[Key]> };

function* generate(split: Split, settings: Settings): Generator<Batch, void, undefined> {
  const { batchSize, seed, epoch, augment, from } = settings;
  const [height, width, channels] = split.shape;
  const stride = height * width * channels;
  const order = keyedRandom(seed, "order", epoch).permutation(split.size);
  const random = keyedRandom(seed, "crop-flip", epoch);
  for (let index = from; index * batchSize < split.size; index++) {
    const chosen = order.subarray(index * batchSize, (index + 1) * batchSize);
    const x = new Float32Array(chosen.length * stride);
    for (let i = 0; i < chosen.length; i++) {
      const sample = chosen[i]!;
      if (augment === "none") {
        copyUnit(split.images, sample * stride, stride, x, i * stride);
      } else {
        const change = pickCropFlip(random.at(split.ids[sample]!));
        cropFlip(split.images, sample, split.shape, change, x, i * stride);
      }
    }
    yield {
      index,
      shape: [chosen.length, height, width, channels],
      x,
      labels: Int32Array.from(chosen, (sample) => split.labels[sample]!),
      ids: Int32Array.from(chosen, (sample) => split.ids[sample]!),
    };
  }
}
