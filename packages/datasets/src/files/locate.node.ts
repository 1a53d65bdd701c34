import { InputError, lookUp } from "@kwta/core";
import { findFiles } from "./folder.node.ts";
import { LAYOUTS } from "./layouts.ts";
import { dataFolder } from "./data-folder.node.ts";

/**
 * The folder in which all files of a data set lie, looked for by their names alone; undefined where some are missing.
 *
 * @param dataDir undefined: see {@link dataFolder}
 */
export async function locateDataset(name: string, dataDir?: string): Promise<string | undefined> {
  const layouts = lookUp("data set with files", name, LAYOUTS);
  try {
    return (await findFiles(dataDir || dataFolder(), layouts)).folder;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
