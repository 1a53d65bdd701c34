import { sizeOf } from "./_fetch-wheel.node.ts";
import { readRecord, type Libtensorflow } from "./_setup-record.node.ts";
import { tensorflowFolder } from "./tensorflow-folder.node.ts";

/** What `setupTensorflow` has built for this machine. */
export interface TensorflowSetup {
  readonly folder: string;
  /** Disk space of the folder. */
  readonly bytes: number;
  readonly tensorflow: Libtensorflow;
  /** Version of `@tensorflow/tfjs-node`. */
  readonly tfjsNode: string;
}

/** Tells what was set up; undefined where nothing was. */
export async function tensorflowSetup(): Promise<TensorflowSetup | undefined> {
  const folder = tensorflowFolder();
  const record = readRecord(folder);
  if (!record) return undefined;
  const { tensorflow, tfjsNode } = record;
  return { folder, bytes: await sizeOf(folder), tensorflow, tfjsNode: tfjsNode.version };
}
