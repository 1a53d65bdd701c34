import { checkSeed, checkWhole, InputError, keyedRandom, show } from "@kwta/core";
import { CENTRE, cropFlip, pickCropFlip } from "./crop-flip.ts";
import { cutout } from "./cutout.ts";
import { copyUnit } from "../images/pixels.ts";
import type { Split } from "../dataset.ts";

/**
 * How training images are varied: not at all, or by any of `crop` (a random crop with padding 4), `flip` (mirrored half of
 * the time) and `cutout` (a black square), in this order. Digits and letters should not be mirrored.
 */
export type Augmentation =
  | "crop-cutout"
  | "crop-flip-cutout"
  | "crop-flip"
  | "crop"
  | "cutout"
  | "flip-cutout"
  | "flip"
  | "none";

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
   * Side of the square that `cutout` blackens, in pixels.
   * @defaultValue half of the shorter side of the image
   */
  readonly cutoutSize?: number | undefined;
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
 * a random crop of the old size, mirrored half of the time. Cutout is that of DeVries and Taylor 2017: the middle of the
 * square is anywhere in the image, what lies outside is cut off; on images of 32 x 32 their best sides were 16 (CIFAR-10),
 * 8 (CIFAR-100) and 20 (SVHN).
 *
 * @throws InputError at the call, not at the first batch
 */
export function batches(split: Split, options: BatchesOptions): Generator<Batch, void, undefined> {
  const { batchSize, seed, epoch, augment = "none", from = 0 } = options;
  const { cutoutSize = Math.floor(Math.min(split.shape[0], split.shape[1]) / 2) } = options;
  const count = batchCount(split, batchSize);
  checkSeed(seed);
  checkWhole("The epoch", epoch, 0);
  checkWhole("The first batch", from, 0, count);
  if (!AUGMENTATIONS.includes(augment)) {
    throw new InputError(`Unknown augmentation ${show(augment)}. Known: ${AUGMENTATIONS.join(", ")}.`);
  }
  checkWhole("The side of the cutout", cutoutSize, 0);
  return generate(split, { batchSize, seed, epoch, augment, cutoutSize, from });
}

const AUGMENTATIONS: readonly Augmentation[] = [
  "none",
  "crop",
  "flip",
  "cutout",
  "crop-flip",
  "crop-cutout",
  "flip-cutout",
  "crop-flip-cutout",
];

type Settings = { [Key in keyof BatchesOptions]-?: NonNullable<BatchesOptions[Key]> };

function* generate(split: Split, settings: Settings): Generator<Batch, void, undefined> {
  const { batchSize, seed, epoch, from } = settings;
  const [height, width, channels] = split.shape;
  const stride = height * width * channels;
  const order = keyedRandom(seed, "order", epoch).permutation(split.size);
  const copy = augmenter(split, settings);
  for (let index = from; index * batchSize < split.size; index++) {
    const chosen = order.subarray(index * batchSize, (index + 1) * batchSize);
    const x = new Float32Array(chosen.length * stride);
    const labels = new Int32Array(chosen.length);
    const ids = new Int32Array(chosen.length);
    for (let i = 0; i < chosen.length; i++) {
      const sample = chosen[i]!;
      copy(sample, x, i * stride);
      labels[i] = split.labels[sample]!;
      ids[i] = split.ids[sample]!;
    }
    yield { index, shape: [chosen.length, height, width, channels], x, labels, ids };
  }
}

/** Writes a sample, varied, to `out[to]`, where all is zero. */
function augmenter(split: Split, settings: Settings): (sample: number, out: Float32Array, to: number) => void {
  const { seed, epoch, augment, cutoutSize } = settings;
  const { images, ids, shape } = split;
  const stride = shape[0] * shape[1] * shape[2];
  const [crop, flip, cut] = ["crop", "flip", "cutout"].map((part) => augment.includes(part));
  const cropRandom = keyedRandom(seed, "crop-flip", epoch);
  const cutRandom = keyedRandom(seed, "cutout", epoch);
  return (sample, out, to) => {
    const id = ids[sample]!;
    if (crop || flip) {
      const change = pickCropFlip(cropRandom.at(id));
      cropFlip(images, sample, shape, { ...(crop ? change : CENTRE), flip: change.flip && flip! }, out, to);
    } else {
      copyUnit(images, sample * stride, stride, out, to);
    }
    if (cut) cutout(cutRandom.at(id), cutoutSize, shape, out, to);
  };
}
