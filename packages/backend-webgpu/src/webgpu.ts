import { platform } from "#platform";
import type { StartRequest } from "@kwta/backend";
import { checkCopies, defineBackend, type BackendMaker } from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";
import { guardDevice, type DeviceState } from "./device/guard-device.ts";
import { describeGpu, isSoftware } from "./device/software.ts";
import type { WebgpuBackend } from "./device/webgpu-backend.ts";
import { correctKernels } from "./kernels/correct-kernels.ts";
import { registerWebgpuKernels } from "./kernels/register-webgpu-kernels.ts";

/** What can be set of the webgpu backend. */
export const WEBGPU_SCHEMA = {
  subgroups: {
    type: "boolean",
    default: true,
    description: "Let threads that run in step add up and compare at once, where the GPU offers that.",
  },
} as const;

/** The GPU of this machine, by WebGPU: in browsers, and in Node by Dawn. */
export const webgpu: BackendMaker<typeof WEBGPU_SCHEMA> = defineBackend({
  name: "webgpu",
  schema: WEBGPU_SCHEMA,
  async start({ subgroups: wanted }, request) {
    checkCopies(["@tensorflow/tfjs-backend-webgpu"], import.meta.url);
    const isAsWanted = wanted === undefined || wanted === running?.wanted;
    if (!isAlive() || !isAsWanted) running = await open(wanted ?? true, request);
    const { adapter, backend, state, version } = running!;
    refuseSoftware(adapter, request);
    state.onLost = request.onLost;
    if (!(await tf.setBackend("webgpu"))) throw new Error("TensorFlow.js could not start its webgpu backend.");
    const notes = isSoftware(adapter) ? [`${SOFTWARE} The wasm backend is faster.`] : [];
    const params = { subgroups: backend.device.features.has("subgroups") };
    return { version, params, threads: 1, simd: true, device: describeGpu(adapter.info), notes };
  },
  async finish() {
    if (!isAlive()) return;
    const { backend } = running!;
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
    await backend.device.queue.onSubmittedWorkDone();
  },
  async register(pack) {
    if (pack.webgpu) await registerWebgpuKernels(await pack.webgpu());
  },
});

const SOFTWARE = "A program that computes on the CPU stands in for the GPU.";

interface Running {
  /** Dawn ends with it, in whatever it does. */
  readonly gpu: GPU;
  /** Whether subgroups are used where the adapter has them. */
  readonly wanted: boolean;
  readonly adapter: GPUAdapter;
  readonly backend: WebgpuBackend;
  readonly state: DeviceState;
  readonly version: string;
}

/** The backend that runs. */
let running: Running | undefined;

function isAlive(): boolean {
  return (
    running !== undefined && !running.state.lost && (tf.engine().registry["webgpu"] as unknown) === running.backend
  );
}

async function open(subgroups: boolean, request: StartRequest): Promise<Running> {
  const gpu = await platform.findGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error(`There is no GPU that WebGPU can use. ${platform.whyNoAdapter()}`);
  refuseSoftware(adapter, request);
  const { WebGPUBackend, version } = await platform.withNavigator(gpu, loadPackage);
  const device = await adapter.requestDevice(whatIsNeeded(adapter, subgroups));
  const backend = platform.withNavigator(gpu, () => new WebGPUBackend(device, adapter.info));
  const state = guardDevice(backend);
  if (tf.findBackendFactory("webgpu")) tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => backend as unknown as tf.KernelBackend, PRIORITY);
  correctKernels();
  return { gpu, wanted: subgroups, adapter, backend, state, version };
}

/** As TensorFlow.js registers it. */
const PRIORITY = 3;

function refuseSoftware(adapter: GPUAdapter, { byName = false }: StartRequest): void {
  if (byName || !isSoftware(adapter)) return;
  throw new Error(
    `There is no GPU. ${SOFTWARE} It is called ${describeGpu(adapter.info)}, and can be had by its name, "webgpu".`,
  );
}

interface WebgpuPackage {
  readonly WebGPUBackend: new (device: GPUDevice, info: GPUAdapterInfo) => WebgpuBackend;
}

async function loadPackage(): Promise<WebgpuPackage & { readonly version: string }> {
  const loaded: unknown = await import("@tensorflow/tfjs-backend-webgpu").catch(() => {
    throw new Error("It is not installed; npm install @tensorflow/tfjs-backend-webgpu.");
  });
  // The package does not tell its version; TensorFlow.js has it that all of its packages are of one.
  return { ...(loaded as WebgpuPackage), version: tf.version_core };
}

/** All that the adapter can do of what TensorFlow.js and kernels make use of. */
function whatIsNeeded({ features, limits }: GPUAdapter, subgroups: boolean): GPUDeviceDescriptor {
  const useful = subgroups ? [...FEATURES, "subgroups" as GPUFeatureName] : FEATURES;
  return {
    requiredFeatures: useful.filter((feature) => features.has(feature)),
    requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, limits[limit]])),
  };
}

const FEATURES: readonly GPUFeatureName[] = ["timestamp-query", "bgra8unorm-storage"];

const LIMITS = [
  "maxBufferSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
] as const;
