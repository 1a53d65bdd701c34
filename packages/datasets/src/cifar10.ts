import { InputError } from "@kwta/core";

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

/** Images and labels of one file. */
export interface DecodedImages {
  /** Number of samples. */
  readonly size: number;
  /** [size, 32, 32, 3] */
  readonly images: Uint8Array;
  /** [size], 0 to 9 */
  readonly labels: Uint8Array;
}

const PLANE = 32 * 32;
const PIXELS = 3 * PLANE;

/** Bytes of one sample in the binary layout: the label, then the red, green and blue planes, row by row. */
export const CIFAR10_RECORD: number = 1 + PIXELS;

/**
 * Decodes a file of CIFAR-10's binary version, any number of records.
 *
 * @param source named in errors
 * @throws InputError when the length is not a multiple of 3073 bytes, or a label is above 9
 * @see https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version"
 */
export function decodeCifar10(bytes: Uint8Array, source = "The CIFAR-10 file"): DecodedImages {
  const size = bytes.length / CIFAR10_RECORD;
  if (size === 0 || !Number.isInteger(size)) {
    throw new InputError(
      `${source} has ${bytes.length} bytes, not a multiple of ${CIFAR10_RECORD} as the binary version of CIFAR-10. ` +
        "It is cut short or something else; get it again.",
    );
  }
  const labels = Uint8Array.from({ length: size }, (_, i) => bytes[i * CIFAR10_RECORD]!);
  const bad = labels.findIndex((label) => label > 9);
  if (bad >= 0) {
    throw new InputError(
      `${source} has label ${labels[bad]} in record ${bad}; CIFAR-10 has labels 0 to 9. ` +
        "It is damaged or something else; get the binary version of CIFAR-10.",
    );
  }
  const images = new Uint8Array(size * PIXELS);
  for (let i = 0; i < size; i++) interleave(bytes, i * CIFAR10_RECORD + 1, images, i * PIXELS);
  return { size, images, labels };
}

/** Three planes to pixels of three channels. */
function interleave(bytes: Uint8Array, from: number, out: Uint8Array, to: number): void {
  for (let pixel = 0, at = to; pixel < PLANE; pixel++) {
    out[at++] = bytes[from + pixel]!;
    out[at++] = bytes[from + PLANE + pixel]!;
    out[at++] = bytes[from + 2 * PLANE + pixel]!;
  }
}
