import { CIFAR_PIXELS, decodeRecords } from "./decode.ts";
import type { DecodedImages } from "../archives/join-parts.ts";

const NAMES =
  "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can " +
  "castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin " +
  "elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard " +
  "lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear " +
  "pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark " +
  "shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone " +
  "television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm";

/** The classes of CIFAR-100 (the fine labels), in the order of their labels. */
export const CIFAR100_CLASSES: readonly string[] = NAMES.split(" ");

/** Bytes of one sample in the binary layout: coarse label, fine label, the red, green and blue planes. */
export const CIFAR100_RECORD: number = 2 + CIFAR_PIXELS;

/** Images with the labels of CIFAR-100 and those of its 20 superclasses. */
export interface DecodedCifar100 extends DecodedImages {
  /** [size], 0 to 19 */
  readonly coarseLabels: Uint8Array;
}

/**
 * Decodes a file of CIFAR-100's binary version, any number of records: images [size, 32, 32, 3], labels 0 to 99.
 *
 * @param source named in errors
 * @throws InputError when the length is not a multiple of 3074 bytes, or a label is above 99
 * @see https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version"
 */
export function decodeCifar100(bytes: Uint8Array, source = "The CIFAR-100 file"): DecodedCifar100 {
  const { size, images, labels } = decodeRecords(bytes, { title: "CIFAR-100", labelBytes: 2, classes: 100 }, source);
  return { size, images, labels: labels[1]!, coarseLabels: labels[0]! };
}
