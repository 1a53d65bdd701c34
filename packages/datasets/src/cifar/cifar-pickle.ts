import { InputError } from "@kwta/core";
import { CIFAR_PIXELS, interleave } from "./decode.ts";
import type { DecodedImages } from "../archives/join-parts.ts";
import { NumpyArray, numbersOf, readNumpyPickle } from "./numpy-pickle.ts";

/** Options of {@link decodeCifarPickle}. */
export interface CifarPickleOptions {
  /** `"labels"` in CIFAR-10, `"fine_labels"` or `"coarse_labels"` in CIFAR-100. */
  readonly labels: "coarse_labels" | "fine_labels" | "labels";
  /** Number of classes. */
  readonly classes: number;
  /**
   * Named in errors.
   * @defaultValue "The CIFAR file"
   */
  readonly source?: string;
}

/**
 * Decodes a file of CIFAR's Python version: a pickled dict with `data`, an array [size, 3072] of bytes in either order, and
 * labels, a list or an array. Nothing in the file is run: a reader takes plain values and arrays of numbers and refuses all
 * else.
 *
 * @throws InputError when it is no such pickle, or images and labels do not agree
 * @see https://www.cs.toronto.edu/~kriz/cifar.html, "Dataset layout"
 */
export function decodeCifarPickle(bytes: Uint8Array, options: CifarPickleOptions): DecodedImages {
  const { labels: key, classes, source = "The CIFAR file" } = options;
  const refuse = (reason: string): never => {
    throw new InputError(`${source} ${reason}. It is damaged or something else; get it again.`);
  };
  const file = readNumpyPickle(bytes, source);
  if (!(file instanceof Map)) return refuse("holds no dict");
  const data: unknown = file.get("data");
  if (!(data instanceof NumpyArray)) return refuse('has no array "data"');
  if (data.type.name !== "u1") return refuse(`has images of type ${data.type.name}, not of type uint8`);
  const [size, pixels] = data.shape;
  if (data.shape.length !== 2 || size === undefined || size === 0 || pixels !== CIFAR_PIXELS) {
    return refuse(`has images of ${data.shape.join(" x ")}, not N x ${CIFAR_PIXELS}`);
  }
  const labels = toLabels(file.get(key)) ?? refuse(`has no list "${key}"`);
  if (labels.length !== size) refuse(`has ${size} images and ${labels.length} labels`);
  const bad = labels.findIndex(
    (label) => !Number.isInteger(label) || (label as number) < 0 || (label as number) >= classes,
  );
  if (bad >= 0) refuse(`has label ${String(labels[bad])} at ${bad}, not one of 0 to ${classes - 1}`);
  const planes = data.byColumns ? toRows(data.bytes, size) : data.bytes;
  const images = new Uint8Array(planes.length);
  for (let i = 0; i < size; i++) interleave(planes, i * CIFAR_PIXELS, images, i * CIFAR_PIXELS);
  return { size, images, labels: Uint8Array.from(labels as number[]) };
}

function toLabels(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  return value instanceof NumpyArray ? numbersOf(value) : undefined;
}

/** [size, pixels] column by column to row by row. */
function toRows(columns: Uint8Array, size: number): Uint8Array {
  const rows = new Uint8Array(columns.length);
  for (let pixel = 0, from = 0; pixel < CIFAR_PIXELS; pixel++) {
    for (let i = 0; i < size; i++) rows[i * CIFAR_PIXELS + pixel] = columns[from++]!;
  }
  return rows;
}

/** The class names in a pickled dict of CIFAR; undefined where it has no such list of text. */
export function readPickledNames(bytes: Uint8Array, key: string, source: string): readonly string[] | undefined {
  const file = readNumpyPickle(bytes, source);
  const names: unknown = file instanceof Map ? file.get(key) : undefined;
  if (!Array.isArray(names)) return undefined;
  return names.map((name) => (name instanceof Uint8Array ? new TextDecoder().decode(name) : String(name)));
}
