import type { FoundSetup } from "@kwta/backend";
import { sizeOf } from "./fetch-wheel.node.ts";
import { readRecord, type SetupRecord } from "./setup-record.node.ts";
import { tensorflowFolderIfAny } from "./tensorflow-folder.node.ts";

/** Tells what was set up for this machine; undefined where nothing was. */
export async function findSetup(): Promise<FoundSetup | undefined> {
  const folder = tensorflowFolderIfAny();
  if (folder === undefined) return undefined;
  const record = readRecord(folder);
  return record && { folder, bytes: await sizeOf(folder), contents: contentsOf(record) };
}

/** What was built, of what, for people. */
export function contentsOf({ tensorflow, tfjsNode }: SetupRecord): string {
  const source = tensorflow.own ? "" : `, libtensorflow from ${tensorflow.folder}`;
  return `TensorFlow ${tensorflow.version}, tfjs-node ${tfjsNode.version}${source}`;
}
