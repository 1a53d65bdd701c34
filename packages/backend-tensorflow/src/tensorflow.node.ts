import * as tf from "@tensorflow/tfjs-core";
import type { BackendStarter, StartedBackend, StartOptions } from "../backend-starter.ts";
import type { NativeKernels } from "../native-kernels.ts";
import { whyUnsupported } from "./_check-system.node.ts";
import { usableCores } from "./_cores.node.ts";
import { loadAddon } from "./_load-addon.node.ts";
import { loadEngine } from "./_load-engine.node.ts";
import type { NodeBackend } from "./_node-backend.ts";
import { readRecord, recordNames, type SetupRecord } from "./_setup-record.node.ts";
import { digestOf, nativeSources, START } from "./_sources.node.ts";
import { registerTensorflowKernels } from "./kernels/register-tensorflow-kernels.ts";
import { tensorflowFolder } from "./tensorflow-folder.node.ts";

/** TensorFlow itself with kernels of ours in it, once `kwta setup tensorflow` has built and verified it for this machine. */
export const tensorflowStarter: BackendStarter = {
  name: "tensorflow",
  options: ["threads", "native", "winograd"],
  start: (options, { nativeKernels = [] } = {}) =>
    tf.findBackendFactory("tensorflow") && !running ? useForeign() : start(options, nativeKernels),
};

/** The engine that runs. TensorFlow cannot be loaded twice, nor given other threads later. */
let running:
  | { readonly backend: NodeBackend; readonly threads: number; readonly record: SetupRecord; native: boolean }
  | undefined;

async function start(options: StartOptions, nativeKernels: readonly NativeKernels[]): Promise<StartedBackend> {
  const native = options.native ?? true;
  const record = running?.record ?? findSetup();
  if (native) checkSources(record, nativeKernels);
  if (!running) {
    const threads = options.threads ?? usableCores();
    running = { backend: loadEngine(record, threads), threads, record, native: false };
  }
  if (native && !running.native) {
    (loadAddon(record.addons.native) as NativeAddon).setThreads(running.threads);
    running.native = true;
  }
  const { backend, threads } = running;
  const winograd = native && (options.winograd ?? true);
  registerTensorflowKernels({ native, winograd, threads });
  await tf.setBackend("tensorflow");
  const version = backend.binding.TF_Version;
  const device = record.tensorflow.gpu && backend.binding.isUsingGpuDevice() ? { device: "GPU" } : {};
  return { version, threads, simd: true, native, winograd, ...device, notes: notesOn(options, threads, native) };
}

/** What our own C++ offers besides its ops. */
interface NativeAddon {
  setThreads(threads: number): void;
}

function findSetup(): SetupRecord {
  const unsupported = whyUnsupported();
  if (unsupported !== undefined) throw new Error(unsupported);
  const folder = tensorflowFolder();
  const record = readRecord(folder);
  if (record) return record;
  if (recordNames(folder).length === 0) throw new Error(`It is not set up on this machine; to do that: ${COMMAND}.`);
  // What was compiled for another CPU may end the process.
  throw new Error(`It was set up for another CPU than this machine's; to set it up for this one: ${COMMAND}.`);
}

const COMMAND = "kwta setup tensorflow";

/** Code that was compiled from other sources may compute something else, or crash. */
function checkSources({ sources }: SetupRecord, joined: readonly NativeKernels[]): void {
  if ([START, ...nativeSources(joined)].every((file) => sources.includes(digestOf(file)))) return;
  throw new Error(`It was set up for another version of kwta; to set it up again: ${COMMAND}.`);
}

function notesOn(options: StartOptions, threads: number, native: boolean): string[] {
  const notes: string[] = [];
  const cores = usableCores();
  if (options.threads !== undefined && options.threads !== threads) {
    notes.push(
      `It stays on ${threads} thread${threads === 1 ? "" : "s"}: their number is set when a process starts it.`,
    );
  } else if (threads < cores) notes.push(`It is faster on ${cores} threads than on ${threads}.`);
  if (!native) notes.push("It is faster with its native kernels.");
  return notes;
}

/** The application has loaded tfjs-node itself: its engine is as good as it is, and ours cannot be loaded beside it. */
async function useForeign(): Promise<StartedBackend> {
  await tf.setBackend("tensorflow");
  const version = (tf.backend() as Partial<NodeBackend>).binding?.TF_Version ?? "unknown";
  const notes = ["It is the application's own @tensorflow/tfjs-node, without native kernels of kwta."];
  return { version, threads: usableCores(), simd: true, native: false, winograd: false, notes };
}
