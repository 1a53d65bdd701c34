import { checkSeed, checkWhole, InputError, lookUp, type LongWork } from "@kwta/core";
import type { Dataset, ImageShape, Split } from "./dataset.ts";
import { fetchDataset } from "./files/fetch-dataset.ts";
import { GLYPH_SHAPES, makeGlyphs, type GlyphsName } from "./glyphs/glyphs.ts";
import { DATASET_SOURCES } from "./files/sources.ts";
import { subset } from "./subset.ts";

/** Options of {@link loadDataset}. */
export interface LoadDatasetOptions extends LongWork {
  /**
   * The address of a folder with the files.
   * @defaultValue the folder `data/NAME/` beside the page, then the official places
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
  /** In a page what is missing is always downloaded, and kept in the browser's cache. */
  readonly download?: boolean | undefined;
  /**
   * From 0 to 1, only for `glyphs28` and `glyphs32`.
   * @defaultValue 0.5
   */
  readonly difficulty?: number | undefined;
}

/**
 * Loads a data set by its name, in a page: drawn ones are drawn, the others fetched and verified by {@link fetchDataset}.
 *
 * @throws InputError on an unknown name or bad options, and on files that cannot be had
 */
export async function loadDataset(name: string, options: LoadDatasetOptions = {}): Promise<Dataset> {
  const { dataDir, seed = 0, trainSize, testSize, difficulty, signal, onProgress } = options;
  checkSeed(seed);
  checkWhole("The number of training samples", trainSize ?? 1);
  checkWhole("The number of test samples", testSize ?? 1);
  if (name in GLYPH_SHAPES) return await makeGlyphs(name as GlyphsName, options);
  lookUp("data set", name, { ...(GLYPH_SHAPES as Readonly<Record<string, ImageShape>>), ...DATASET_SOURCES });
  if (difficulty !== undefined) throw new InputError("Only glyphs28 and glyphs32 have a difficulty; leave it out.");
  const beside = new URL(dataDir ?? `data/${name}/`, globalThis.location.href).href;
  const whole = await fetchDataset(name, { mirrors: [beside], signal, onProgress });
  const cut = (split: Split, size = split.size): Split => (size === split.size ? split : subset(split, size, seed));
  return { ...whole, train: cut(whole.train, trainSize), test: cut(whole.test, testSize) };
}
