import { checkSeed, checkWhole, InputError, lookUp } from "@kwta/core";
import type { Dataset, ImageShape, Split } from "./dataset.ts";
import type { DownloadName } from "./files/layouts.ts";
import { GLYPH_SHAPES, makeGlyphs, type GlyphsName } from "./glyphs/glyphs.ts";
import type { LoadDatasetOptions } from "./load-options.ts";
import { subset } from "./subset.ts";

/** One known data set. */
export interface DatasetEntry {
  /** One line for lists. */
  readonly summary: string;
  /** Of one image; undefined where it depends on the files. */
  readonly shape: ImageShape | undefined;
  /** Whether a data folder is needed. */
  readonly needsFiles: boolean;
  /** Use `loadDataset`, which checks the options first. */
  readonly load: (options: LoadDatasetOptions) => Promise<Dataset>;
}

/** Reads the files of a data set, whole. */
export type ReadFiles = (name: DownloadName, options: LoadDatasetOptions) => Promise<Dataset>;

/** The data sets that there are in Node and in pages alike, given how files are read there. */
export function datasetList(read: ReadFiles): Readonly<Record<DownloadName | GlyphsName, DatasetEntry>> {
  const filed = (name: DownloadName, shape: ImageShape, summary: string): DatasetEntry => {
    return { summary, shape, needsFiles: true, load: (options) => loadPart(options, (all) => read(name, all)) };
  };
  return {
    glyphs28: drawn("glyphs28", "Drawn digits, white on black, made from a seed."),
    glyphs32: drawn("glyphs32", "Drawn digits in colour with clutter and noise, made from a seed."),
    cifar10: filed("cifar10", [32, 32, 3], "CIFAR-10: 60,000 photographs of 10 kinds."),
    cifar100: filed("cifar100", [32, 32, 3], "CIFAR-100: 60,000 photographs of 100 kinds."),
    "fashion-mnist": filed("fashion-mnist", [28, 28, 1], "Fashion-MNIST: 70,000 pieces of clothing of 10 kinds."),
    mnist: filed("mnist", [28, 28, 1], "MNIST: 70,000 handwritten digits."),
    svhn: filed("svhn", [32, 32, 3], "SVHN: 99,289 digits of house numbers."),
    "svhn-extra": filed("svhn-extra", [32, 32, 3], "SVHN and 531,131 more training images; takes 7 GB of memory."),
  };
}

/**
 * Loads one of a list of data sets, its options checked before any work.
 *
 * @throws InputError on an unknown name, and on options that are bad or that the data set does not have
 */
export async function loadFrom(
  list: Readonly<Record<string, DatasetEntry>>,
  name: string,
  options: LoadDatasetOptions,
): Promise<Dataset> {
  const entry = lookUp("data set", name, list);
  const { seed = 0, trainSize = 1, testSize = 1, difficulty, imageSize, channels } = options;
  checkSeed(seed);
  checkWhole("The number of training samples", trainSize, 1);
  checkWhole("The number of test samples", testSize, 1);
  if (difficulty !== undefined && entry.needsFiles) {
    throw new InputError("Only glyphs28 and glyphs32 have a difficulty; leave it out.");
  }
  if (entry.shape !== undefined && imageSize !== undefined) {
    throw new InputError(
      `The images of ${name} have a size of their own. Leave --image-size (imageSize) out; it is for the data set folder.`,
    );
  }
  if (entry.shape !== undefined && channels !== undefined) {
    throw new InputError(
      `The images of ${name} are ${entry.shape[2] === 1 ? "grey" : "coloured"}. Leave --channels (channels) out; it is for the data set folder.`,
    );
  }
  return await entry.load(options);
}

/** Reads a whole data set and cuts it to the sizes that were asked for. */
export async function loadPart(
  options: LoadDatasetOptions,
  read: (options: LoadDatasetOptions) => Promise<Dataset>,
): Promise<Dataset> {
  const { seed = 0, trainSize, testSize } = options;
  const whole = await read(options);
  const train = cut(whole.train, "training", trainSize, seed);
  const test = cut(whole.test, "test", testSize, seed);
  return {
    ...whole,
    train,
    test,
    source: { ...whole.source, seed, trainSize: train.size, testSize: test.size },
  };
}

function drawn(name: GlyphsName, summary: string): DatasetEntry {
  return { summary, shape: GLYPH_SHAPES[name], needsFiles: false, load: (options) => makeGlyphs(name, options) };
}

function cut(split: Split, kind: string, size: number | undefined, seed: number): Split {
  if (size === undefined) return split;
  checkWhole(`The number of ${kind} samples`, size, 1, split.size);
  return subset(split, size, seed);
}
