import { InputError, lookUp, type LongWork } from "@kwta/core";
import { checkSeed, checkWhole } from "./_checks.ts";
import { readCifar10 } from "./cifar10.node.ts";
import type { Dataset, ImageShape, Split } from "./dataset.ts";
import { GLYPH_SHAPES, makeGlyphs, type GlyphsName } from "./glyphs.ts";
import { readMnist } from "./mnist.node.ts";
import { subset } from "./subset.ts";

/** Options of {@link loadDataset}. */
export interface LoadDatasetOptions extends LongWork {
  /**
   * The folder with the files of `cifar10` or `mnist`.
   * @defaultValue the environment variable KWTA_DATA_DIR
   */
  readonly dataDir?: string | undefined;
  /**
   * Of the drawing of `glyphs28` and `glyphs32`; of the choice of samples elsewhere.
   * @defaultValue 0
   */
  readonly seed?: number | undefined;
  /**
   * Number of training samples, a stratified subset.
   * @defaultValue all; 8000 drawn ones
   */
  readonly trainSize?: number | undefined;
  /**
   * Number of test samples, a stratified subset.
   * @defaultValue all; 2000 drawn ones
   */
  readonly testSize?: number | undefined;
  /**
   * From 0 to 1, only for `glyphs28` and `glyphs32`.
   * @defaultValue 0.5
   */
  readonly difficulty?: number | undefined;
}

/** One known data set. */
export interface DatasetEntry {
  /** One line for lists. */
  readonly summary: string;
  /** Of one image. */
  readonly shape: ImageShape;
  /** Whether a data folder is needed. */
  readonly needsFiles: boolean;
  /** Use {@link loadDataset}, which checks the options first. */
  readonly load: (options: LoadDatasetOptions) => Promise<Dataset>;
}

/** All data sets that {@link loadDataset} knows, by name. */
export const DATASETS: Readonly<Record<"cifar10" | "glyphs28" | "glyphs32" | "mnist", DatasetEntry>> = {
  glyphs28: drawn("glyphs28", "Drawn digits, white on black, made from a seed."),
  glyphs32: drawn("glyphs32", "Drawn digits in colour with clutter and noise, made from a seed."),
  cifar10: {
    summary: "CIFAR-10, the binary version: 60,000 photographs of ten kinds.",
    shape: [32, 32, 3],
    needsFiles: true,
    load: (options) => loadFiles(readCifar10, options),
  },
  mnist: {
    summary: "MNIST, IDX files, gzipped or not: 70,000 handwritten digits.",
    shape: [28, 28, 1],
    needsFiles: true,
    load: (options) => loadFiles(readMnist, options),
  },
};

/**
 * Loads a data set by its name: `glyphs28`, `glyphs32`, `cifar10` or `mnist`.
 *
 * @throws InputError on an unknown name or bad options, and on files that are missing, cut or foreign
 */
export async function loadDataset(name: string, options: LoadDatasetOptions = {}): Promise<Dataset> {
  const entry: DatasetEntry = lookUp("data set", name, DATASETS);
  checkSeed(options.seed ?? 0);
  checkWhole("The number of training samples", options.trainSize ?? 1, 1);
  checkWhole("The number of test samples", options.testSize ?? 1, 1);
  return await entry.load(options);
}

function drawn(name: GlyphsName, summary: string): DatasetEntry {
  return {
    summary,
    shape: GLYPH_SHAPES[name],
    needsFiles: false,
    load: (options) => makeGlyphs(name, options),
  };
}

type Reader = (dataDir: string | undefined, work: LongWork) => Promise<Dataset>;

async function loadFiles(read: Reader, options: LoadDatasetOptions): Promise<Dataset> {
  const { dataDir = process.env["KWTA_DATA_DIR"], seed = 0, trainSize, testSize, difficulty } = options;
  if (difficulty !== undefined) {
    throw new InputError("Only glyphs28 and glyphs32 have a difficulty; leave it out.");
  }
  const whole = await read(dataDir, options);
  const train = cut(whole.train, "training", trainSize, seed);
  const test = cut(whole.test, "test", testSize, seed);
  return {
    ...whole,
    train,
    test,
    source: { ...whole.source, seed, trainSize: train.size, testSize: test.size },
  };
}

function cut(split: Split, kind: string, size: number | undefined, seed: number): Split {
  if (size === undefined) return split;
  checkWhole(`The number of ${kind} samples`, size, 1, split.size);
  return subset(split, size, seed);
}
