import { readInput, show, type LongWork } from "@kwta/core";
import { findFiles } from "./folder.node.ts";
import { gunzipIfNeeded } from "../archives/inflate.ts";
import type { Layout } from "./layout.ts";
import { dataFolder } from "./data-folder.node.ts";
import type { Dataset } from "../dataset.ts";

/** Reads a data set from a folder, in the first layout that is complete there. */
export async function readLayouts(
  dataDir: string | undefined,
  layouts: readonly Layout[],
  work: LongWork,
): Promise<Dataset> {
  const { layout, folder, paths } = await findFiles(dataDir || dataFolder(), layouts);
  const files = paths.map((path, i) => {
    const { most } = layout.files[i]!;
    return path === undefined
      ? undefined
      : {
          source: show(path),
          read: async () => await gunzipIfNeeded(await readInput(path, { most }), show(path), most),
        };
  });
  return { ...(await layout.build(files, work)), source: { kind: "files", folder } };
}
