import type { LongWork } from "@kwta/core";

/** Options of `loadDataset`. */
export interface LoadDatasetOptions extends LongWork {
  /**
   * Where the files of a data set lie that is not drawn: a folder in Node, the address of one in a page.
   * @defaultValue in Node `dataFolder()`: KWTA_DATA_DIR, or the cache folder of this system; in a page the folder `data/NAME/`
   * beside it, then the official places
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
   * Downloads the data set first where it is not complete; see `downloadDataset`. A page always fetches what is missing,
   * and keeps it in the browser's cache.
   * @defaultValue false
   */
  readonly download?: boolean | undefined;
  /** Of `folder` only, see `readImageFolder`. */
  readonly imageSize?: readonly [height: number, width: number] | undefined;
  /** Of `folder` only, see `readImageFolder`. */
  readonly channels?: 1 | 3 | undefined;
  /**
   * From 0 to 1, only for `glyphs28` and `glyphs32`.
   * @defaultValue 0.5
   */
  readonly difficulty?: number | undefined;
}
