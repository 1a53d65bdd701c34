import type { LongWork } from "@kwta/core";
import { loadDataset, type Dataset } from "@kwta/datasets";
import type { DatasetSettings } from "./dataset-settings.ts";

/** @see {@link openDataset} */
export interface OpenDatasetOptions extends LongWork {
  /** Downloads what is missing first. No setting of a run: it does not change the images. @defaultValue false */
  readonly download?: boolean | undefined;
  /** Told what a person should know of the images, such as files that were passed over. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/**
 * Loads the images that the settings of a run name.
 *
 * @throws InputError for an unknown data set, settings that it does not have, and files that are missing or damaged
 */
export async function openDataset(settings: DatasetSettings, options: OpenDatasetOptions = {}): Promise<Dataset> {
  const { name, subset, ...rest } = settings;
  const { onNote, ...work } = options;
  const dataset = await loadDataset(name, { ...rest, trainSize: subset, ...work });
  for (const note of dataset.notes ?? []) onNote?.(note);
  return dataset;
}
