import { InputError } from "@kwta/core";
import type { Dataset } from "./dataset.ts";
import { datasetList, loadFrom, loadPart, type DatasetEntry } from "./dataset-list.ts";
import { dataFolder } from "./files/data-folder.node.ts";
import { downloadDataset } from "./files/download.node.ts";
import { findFiles } from "./files/folder.node.ts";
import { LAYOUTS, type DownloadName } from "./files/layouts.ts";
import { readLayouts } from "./files/read-layouts.node.ts";
import type { GlyphsName } from "./glyphs/glyphs.ts";
import { readImageFolder } from "./images/image-folder.node.ts";
import type { LoadDatasetOptions } from "./load-options.ts";

/** All data sets that {@link loadDataset} knows, by name. */
export const DATASETS: Readonly<Record<DownloadName | GlyphsName | "folder", DatasetEntry>> = {
  ...datasetList(readOrDownload),
  folder: {
    summary: "Your own PNG, JPEG and WebP files: train/CLASS/*.png and test/CLASS/*.png in the data folder.",
    shape: undefined,
    needsFiles: true,
    load: (options) => loadPart(options, readFolder),
  },
};

/**
 * Loads a data set by its name, one of {@link DATASETS}.
 *
 * @throws InputError on an unknown name or bad options, and on files that are missing, cut or foreign
 */
export async function loadDataset(name: string, options: LoadDatasetOptions = {}): Promise<Dataset> {
  return await loadFrom(DATASETS, name, options);
}

async function readOrDownload(name: DownloadName, options: LoadDatasetOptions): Promise<Dataset> {
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
