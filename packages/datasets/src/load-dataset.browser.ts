import { InputError, show } from "@kwta/core";
import type { Dataset } from "./dataset.ts";
import { datasetList, loadFrom, type DatasetEntry } from "./dataset-list.ts";
import { fetchDataset } from "./files/fetch-dataset.ts";
import type { DownloadName } from "./files/layouts.ts";
import type { GlyphsName } from "./glyphs/glyphs.ts";
import type { LoadDatasetOptions } from "./load-options.ts";

/** All data sets that {@link loadDataset} knows, by name. */
export const DATASETS: Readonly<Record<DownloadName | GlyphsName, DatasetEntry>> = datasetList(fetchBeside);

/**
 * Loads a data set by its name, in a page: drawn ones are drawn, the others fetched and verified by {@link fetchDataset}.
 * The samples and their order are those that Node has.
 *
 * @throws InputError on an unknown name or bad options, and on files that cannot be had
 */
export async function loadDataset(name: string, options: LoadDatasetOptions = {}): Promise<Dataset> {
  return await loadFrom(DATASETS, name, options);
}

async function fetchBeside(name: DownloadName, options: LoadDatasetOptions): Promise<Dataset> {
  const { dataDir = `data/${name}/`, signal, onProgress } = options;
  const page = globalThis.location.href;
  if (!URL.canParse(dataDir, page)) {
    throw new InputError(`dataDir is ${show(dataDir)}; in a page, give the address of a folder.`);
  }
  return await fetchDataset(name, { mirrors: [new URL(dataDir, page).href], signal, onProgress });
}
