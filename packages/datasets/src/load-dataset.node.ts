import { checkSeed, checkWhole, InputError, lookUp, type LongWork } from "@kwta/core";
import { findFiles } from "./files/folder.node.ts";
import { LAYOUTS, type DownloadName } from "./files/layouts.ts";
import { readLayouts } from "./files/read-layouts.node.ts";
import { dataFolder } from "./files/data-folder.node.ts";
import type { Dataset, ImageShape, Split } from "./dataset.ts";
import { downloadDataset } from "./files/download.node.ts";
import { GLYPH_SHAPES, makeGlyphs, type GlyphsName } from "./glyphs/glyphs.ts";
import { readImageFolder } from "./images/image-folder.node.ts";
import { subset } from "./subset.ts";

/** Options of {@link loadDataset}. */
export interface LoadDatasetOptions extends LongWork {
  /**
   * The folder with the files of a data set that is not drawn.
   * @defaultValue {@link dataFolder}: KWTA_DATA_DIR, or the cache folder of this system
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
   * Downloads the data set first where it is not complete; see {@link downloadDataset}.
   * @defaultValue false
   */
  readonly download?: boolean | undefined;
  /** Of `folder` only, see {@link readImageFolder}. */
  readonly imageSize?: readonly [height: number, width: number] | undefined;
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
  /** Of one image; undefined where it depends on the files. */
  readonly shape: ImageShape | undefined;
  /** Whether a data folder is needed. */
  readonly needsFiles: boolean;
  /** Use {@link loadDataset}, which checks the options first. */
  readonly load: (options: LoadDatasetOptions) => Promise<Dataset>;
}

/** All data sets that {@link loadDataset} knows, by name. */
export const DATASETS: Readonly<Record<DownloadName | GlyphsName | "folder", DatasetEntry>> = {
  glyphs28: drawn("glyphs28", "Drawn digits, white on black, made from a seed."),
  glyphs32: drawn("glyphs32", "Drawn digits in colour with clutter and noise, made from a seed."),
  cifar10: onDisk("cifar10", [32, 32, 3], "CIFAR-10: 60,000 photographs of 10 kinds."),
  cifar100: onDisk("cifar100", [32, 32, 3], "CIFAR-100: 60,000 photographs of 100 kinds."),
  "fashion-mnist": onDisk("fashion-mnist", [28, 28, 1], "Fashion-MNIST: 70,000 pieces of clothing of 10 kinds."),
  mnist: onDisk("mnist", [28, 28, 1], "MNIST: 70,000 handwritten digits."),
  svhn: onDisk("svhn", [32, 32, 3], "SVHN: 99,289 digits of house numbers."),
  "svhn-extra": onDisk("svhn-extra", [32, 32, 3], "SVHN and 531,131 more training images; takes 7 GB of memory."),
  folder: {
    summary: "Your own PNG and JPEG files: train/CLASS/*.png and test/CLASS/*.png in the data folder.",
    shape: undefined,
    needsFiles: true,
    load: (options) => loadFiles(options, () => readFolder(options)),
  },
};

/**
 * Loads a data set by its name, one of {@link DATASETS}.
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

function onDisk(name: DownloadName, shape: ImageShape, summary: string): DatasetEntry {
  return { summary, shape, needsFiles: true, load: (options) => loadFiles(options, () => readOrFetch(name, options)) };
}

async function readOrFetch(name: DownloadName, options: LoadDatasetOptions): Promise<Dataset> {
  const { dataDir, download, signal, onProgress } = options;
  const found = await findFiles(dataDir || dataFolder(), LAYOUTS[name]).catch((error: unknown) => {
    if (!download) throw error;
  });
  if (!found) await downloadDataset(name, { dataDir: dataDir || undefined, signal, onProgress });
  return await readLayouts(dataDir, LAYOUTS[name], options);
}

async function readFolder({ dataDir, ...options }: LoadDatasetOptions): Promise<Dataset> {
  if (!dataDir) throw new InputError("The data set folder has no place of its own: name it with --data-dir (dataDir).");
  return await readImageFolder(dataDir, options);
}

async function loadFiles(options: LoadDatasetOptions, read: () => Promise<Dataset>): Promise<Dataset> {
  const { seed = 0, trainSize, testSize, difficulty } = options;
  if (difficulty !== undefined) {
    throw new InputError("Only glyphs28 and glyphs32 have a difficulty; leave it out.");
  }
  const whole = await read();
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
