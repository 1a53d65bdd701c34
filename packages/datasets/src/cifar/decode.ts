import { InputError } from "@kwta/core";

const PLANE = 32 * 32;

/** Bytes of one image of CIFAR. */
export const CIFAR_PIXELS: number = 3 * PLANE;

/** What CIFAR-10 and CIFAR-100 differ in. */
export interface CifarKind {
  readonly title: string;
  /** Bytes before the pixels of a record; the last one is the label. */
  readonly labelBytes: number;
  readonly classes: number;
}

/** Red, green and blue plane to pixels of three channels. */
export function interleave(bytes: Uint8Array, from: number, out: Uint8Array, to: number): void {
  for (let pixel = 0, at = to; pixel < PLANE; pixel++) {
    out[at++] = bytes[from + pixel]!;
    out[at++] = bytes[from + PLANE + pixel]!;
    out[at++] = bytes[from + 2 * PLANE + pixel]!;
  }
}

/**
 * Decodes records of label bytes, red, green and blue plane.
 *
 * @returns images [size, 32, 32, 3], and the label bytes one after the other: labels[k][i] is the k-th of record i
 */
export function decodeRecords(
  bytes: Uint8Array,
  { title, labelBytes, classes }: CifarKind,
  source: string,
): { size: number; images: Uint8Array; labels: readonly Uint8Array[] } {
  const record = labelBytes + CIFAR_PIXELS;
  const size = bytes.length / record;
  if (size === 0 || !Number.isInteger(size)) {
    throw new InputError(
      `${source} has ${bytes.length} bytes, not a multiple of ${record} as the binary version of ${title}. ` +
        "It is cut short or something else; get it again.",
    );
  }
  const labels = Array.from({ length: labelBytes }, (_, k) =>
    Uint8Array.from({ length: size }, (_byte, i) => bytes[i * record + k]!),
  );
  const bad = labels.at(-1)!.findIndex((label) => label >= classes);
  if (bad >= 0) {
    throw new InputError(
      `${source} has label ${labels.at(-1)![bad]} in record ${bad}; ${title} has labels 0 to ${classes - 1}. ` +
        `It is damaged or something else; get the binary version of ${title}.`,
    );
  }
  const images = new Uint8Array(size * CIFAR_PIXELS);
  for (let i = 0; i < size; i++) interleave(bytes, i * record + labelBytes, images, i * CIFAR_PIXELS);
  return { size, images, labels };
}
