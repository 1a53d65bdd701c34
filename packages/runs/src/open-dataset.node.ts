import { InputError, type LongWork } from "@kwta/core";
import { loadDataset, type Dataset } from "@kwta/datasets";
import type { DatasetSettings } from "./dataset-settings.ts";

/** @see {@link openDataset} */
export interface OpenDatasetOptions extends LongWork {
  /** Downloads what is missing first. No setting of a run: it does not change the images. @defaultValue false */
  readonly download?: boolean | undefined;
}

/**
 * Loads the images that the settings of a run name.
 *
 * @throws InputError for an unknown data set, settings that it does not have, and files that are missing or damaged
 */
export async function openDataset(settings: DatasetSettings, options: OpenDatasetOptions = {}): Promise<Dataset> {
  const { name, subset, ...rest } = settings;
  if (rest.imageSize !== undefined && name !== "folder") {
    throw new InputError(
      `The images of ${name} have a size of their own. Leave --image-size (imageSize) out; it is for the data set folder.`,
    );
  }
  return await loadDataset(name, { ...rest, trainSize: subset, ...options });
}
