import type { NativeKernels, StartedBackend } from "@kwta/backend";
import {
  defineBackend,
  NotSetUpError,
  registerTypedArrayKernels,
  type ArrayMemory,
  type BackendMaker,
} from "@kwta/backend/kit";
import type { ParamsGiven } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { registerNativeKernels } from "./kernels/register-native-kernels.ts";
import { registerTensorflowKernels } from "./kernels/register-tensorflow-kernels.ts";
import { currentSettings } from "./kernels/shared/settings.ts";
import { loadAddon } from "./load/load-addon.node.ts";
import { loadBackend } from "./load/load-backend.node.ts";
import type { NodeBackend } from "./load/node-backend.ts";
import { whyUnsupported } from "./setup/check-system.node.ts";
import { usableCores } from "./setup/cores.node.ts";
import { nativeKernelsOf } from "./setup/native-api.node.ts";
import { readRecord, recordNames, type SetupRecord } from "./setup/setup-record.node.ts";
import { digestOf, nativeSources, START } from "./setup/sources.node.ts";
import { tensorflowFolderIfAny } from "./setup/tensorflow-folder.node.ts";
import { tensorflowSetup } from "./setup/tensorflow-setup.node.ts";

/** What can be set of the tensorflow backend. */
export const TENSORFLOW_SCHEMA = {
  threads: {
    type: "integer",
    default: 0,
    min: 0,
    description:
      "How many threads compute, set once a process; 0: as many as there are cores, by the limits of a container.",
  },
  native: { type: "boolean", default: true, description: "With kernels of ours in C++; else TensorFlow's own alone." },
  winograd: {
    type: "boolean",
    default: true,
    description: "3x3 convolutions by Winograd's algorithm, which the kernels in C++ have.",
  },
} as const;

/** Parameters of {@link tensorflow}. */
export type TensorflowParams = ParamsGiven<typeof TENSORFLOW_SCHEMA>;

/** TensorFlow itself with kernels of ours in it, once its setup has built and verified it for this machine. */
export const tensorflow: BackendMaker<typeof TENSORFLOW_SCHEMA> = defineBackend({
  name: "tensorflow",
  schema: TENSORFLOW_SCHEMA,
  setup: tensorflowSetup,
  async start(params, { kernels = [] }) {
    if (tf.findBackendFactory("tensorflow") && !running) return useForeign();
    return start(params, await nativeKernelsOf(kernels));
  },
  async register(pack) {
    if (pack.typedArray) {
      registerTypedArrayKernels("tensorflow", await pack.typedArray(), (backend) => memoryOf(backend as NodeBackend));
    }
    if (!currentSettings().native) return;
    for (const kernels of await nativeKernelsOf([pack])) registerNativeKernels(kernels);
  },
});

/** The backend that runs. TensorFlow cannot be loaded twice, nor given other threads later. */
let running:
  | { readonly backend: NodeBackend; readonly threads: number; readonly record: SetupRecord; native: boolean }
  | undefined;

async function start(params: TensorflowParams, nativeKernels: readonly NativeKernels[]): Promise<StartedBackend> {
  const native = params.native ?? true;
  const record = running?.record ?? findRecord();
  if (native) checkSources(record, nativeKernels);
  if (!running) {
    const threads = params.threads || usableCores();
    running = { backend: loadBackend(record, threads), threads, record, native: false };
  }
  if (native && !running.native) {
    (loadAddon(record.addons.native) as NativeAddon).setThreads(running.threads);
    running.native = true;
  }
  const { backend, threads } = running;
  const winograd = native && (params.winograd ?? true);
  registerTensorflowKernels({ native, winograd });
  await tf.setBackend("tensorflow");
  const version = backend.binding.TF_Version;
  const device = record.tensorflow.gpu && backend.binding.isUsingGpuDevice() ? { device: "GPU" } : {};
  const notes = notesOn(params, threads, native);
  return { version, params: { threads, native, winograd }, threads, simd: true, ...device, notes };
}

/** What our own C++ offers besides its ops. */
interface NativeAddon {
  setThreads(threads: number): void;
}

function findRecord(): SetupRecord {
  const unsupported = whyUnsupported();
  if (unsupported !== undefined) throw new Error(unsupported);
  const folder = tensorflowFolderIfAny();
  const record = folder === undefined ? undefined : readRecord(folder);
  if (record) return record;
  if (folder === undefined || recordNames(folder).length === 0)
    throw new NotSetUpError(`It is not set up on this machine; to do that: ${COMMAND}.`);
  // What was compiled for another CPU may end the process.
  throw new NotSetUpError(`It was set up for another CPU than this machine's; to set it up for this one: ${COMMAND}.`);
}

const COMMAND = "kwta setup tensorflow";

/** Code that was compiled from other sources may compute something else, or crash. */
function checkSources({ sources }: SetupRecord, kernels: readonly NativeKernels[]): void {
  if ([START, ...nativeSources(kernels)].every((file) => sources.includes(digestOf(file)))) return;
  throw new NotSetUpError(`It was set up for another version of kwta; to set it up again: ${COMMAND}.`);
}

function notesOn({ threads: asked }: TensorflowParams, threads: number, native: boolean): string[] {
  const notes: string[] = [];
  const cores = usableCores();
  if (asked && asked !== threads) {
    notes.push(
      `It stays on ${threads} thread${threads === 1 ? "" : "s"}: their number is set when a process starts it.`,
    );
  } else if (threads < cores) notes.push(`It is faster on ${cores} threads than on ${threads}.`);
  if (!native) notes.push("It is faster with its native kernels.");
  return notes;
}

/** The application has loaded tfjs-node itself: its backend is as good as it is, and ours cannot be loaded beside it. */
async function useForeign(): Promise<StartedBackend> {
  await tf.setBackend("tensorflow");
  const version = (tf.backend() as Partial<NodeBackend>).binding?.TF_Version ?? "unknown";
  const notes = ["It is the application's own @tensorflow/tfjs-node, without native kernels of kwta."];
  const threads = usableCores();
  return { version, params: { threads, native: false, winograd: false }, threads, simd: true, notes };
}

/** TensorFlow copies what it reads; what is written is an array until an op of its own needs it, and is read as it is. */
function memoryOf(backend: tf.KernelBackend): ArrayMemory {
  return {
    allocate(shape) {
      const values = new Float32Array(tf.util.sizeFromShape(shape));
      return { dataId: backend.write(values, shape, "float32"), shape, dtype: "float32" };
    },
    view: ({ dataId }) => backend.readSync(dataId) as Float32Array,
    free: ({ dataId }) => void backend.disposeData(dataId),
  };
}
