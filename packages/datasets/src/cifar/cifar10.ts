import { CIFAR_PIXELS, decodeRecords } from "./decode.ts";
import type { DecodedImages } from "../archives/join-parts.ts";

export type { DecodedImages } from "../archives/join-parts.ts";

/** The classes of CIFAR-10, in the order of their labels. */
export const CIFAR10_CLASSES: readonly string[] = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
];

/** Bytes of one sample in the binary layout: the label, then the red, green and blue planes, row by row. */
export const CIFAR10_RECORD: number = 1 + CIFAR_PIXELS;

/**
 * Decodes a file of CIFAR-10's binary version, any number of records: images [size, 32, 32, 3], labels 0 to 9.
 *
 * @param source named in errors
 * @throws InputError when the length is not a multiple of 3073 bytes, or a label is above 9
 * @see https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version"
 */
export function decodeCifar10(bytes: Uint8Array, source = "The CIFAR-10 file"): DecodedImages {
  const { size, images, labels } = decodeRecords(bytes, { title: "CIFAR-10", labelBytes: 1, classes: 10 }, source);
  return { size, images, labels: labels[0]! };
}
