import * as tf from "@tensorflow/tfjs-core";
import type { SetupRecord } from "../setup/setup-record.node.ts";
import { loadAddon } from "./load-addon.node.ts";
import { loadTfjsNode } from "./load-tfjs-node.node.ts";
import type { Binding, NodeBackend } from "./node-backend.ts";
import { withClearErrors } from "./tensorflow-error.ts";

/** Loads TensorFlow into this process, and registers the backend `tensorflow` and tfjs-node's kernels. */
export function loadBackend({ addons, tfjsNode }: SetupRecord, threads: number): NodeBackend {
  const { surround } = loadAddon(addons.start) as Starter;
  // Whoever wants to read what it says at its start sets this variable to 0.
  const level = process.env["TF_CPP_MIN_LOG_LEVEL"];
  const variables = [
    ["TF_NUM_INTRAOP_THREADS", String(threads)],
    ["TF_NUM_INTEROP_THREADS", String(threads)],
    ["TF_CPP_MIN_LOG_LEVEL", level ?? "3"],
    // Else TensorFlow takes other kernels on older and on AMD's processors, which have no dilated depthwise convolution.
    ...(process.arch === "x64"
      ? ([["TF_ENABLE_ONEDNN_OPTS", process.env["TF_ENABLE_ONEDNN_OPTS"] ?? "1"]] as const)
      : []),
  ] as const;
  const addon = surround(variables, level === undefined, () => loadAddon(addons.binding)) as Binding;
  const { makeBackend, registerKernels } = loadTfjsNode(tfjsNode.folder);
  const backend = makeBackend(withClearErrors(addon));
  registerKernels();
  tf.registerBackend("tensorflow", () => backend, 3);
  return backend;
}

/** Our addon that is loaded first, see `native/start/start.cc`. */
interface Starter {
  surround<T>(variables: readonly (readonly [string, string])[], quiet: boolean, work: () => T): T;
}
