import { startBackend } from "@kwta/backend";
import * as tf from "@tensorflow/tfjs-core";
import { tensorflow } from "../../src/index.node.ts";
import { execute, type Attributes } from "../../src/kernels/shared/execute.ts";
import { loadAddon } from "../../src/load/load-addon.node.ts";
import type { NodeBackend } from "../../src/load/node-backend.ts";
import { readRecord } from "../../src/setup/setup-record.node.ts";
import { tensorflowFolder } from "../../src/setup/tensorflow-folder.node.ts";

/** Why TensorFlow cannot be had here; undefined where it can. */
export const noTensorflow: string | undefined = await startBackend([tensorflow()]).then(
  () => undefined,
  (error: Error) => error.message,
);

/** On how many threads our kernels compute from now on. */
export function setThreads(count: number): void {
  const { addons } = readRecord(tensorflowFolder())!;
  (loadAddon(addons.native) as { setThreads(count: number): void }).setThreads(count);
}

/** Runs an op of ours. */
export function runOp(op: string, inputs: readonly tf.Tensor[], outputs = 1, attributes: Attributes = {}): tf.Tensor[] {
  return execute(tf.backend() as unknown as NodeBackend, op, inputs, outputs, attributes);
}
