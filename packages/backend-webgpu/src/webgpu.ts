import * as tf from "@tensorflow/tfjs-core";
import type { BackendStarter, StartRequest } from "../backend-starter.ts";
import { guardDevice, type DeviceState } from "./_guard-device.ts";
import { describeGpu, isSoftware } from "./_software.ts";
import type { WebgpuBackend } from "./_webgpu-backend.ts";
import { correctKernels } from "./correct-kernels.ts";

/** What Node and browsers do in their own ways. */
export interface WebgpuPlatform {
  /**
   * The way to GPUs.
   *
   * @throws Error that says why there is none, and what to do about it
   */
  findGpu(): Promise<GPU>;
  /** Why there may be no adapter, and what to do about it. */
  whyNoAdapter(): string;
  /** Does some work while `navigator.gpu` is there, which TensorFlow.js looks for. */
  withNavigator<T>(gpu: GPU, work: () => T): T;
}

/** The webgpu backend: the GPU of this machine. */
export function makeWebgpuStarter(platform: WebgpuPlatform): BackendStarter {
  return {
    name: "webgpu",
    options: [],
    async start(_options, request = {}) {
      if (!isAlive()) running = await open(platform, request);
      const { adapter, state, version } = running!;
      refuseSoftware(adapter, request);
      state.onLost = request.onLost;
      if (!(await tf.setBackend("webgpu"))) throw new Error("TensorFlow.js could not start its webgpu backend.");
      const notes = isSoftware(adapter) ? [`${SOFTWARE} The wasm engine is faster.`] : [];
      return { version, threads: 1, simd: true, device: describeGpu(adapter.info), notes };
    },
  };
}

const SOFTWARE = "A program that computes on the CPU stands in for the GPU.";

interface Running {
  /** Dawn ends with it, in whatever it does. */
  readonly gpu: GPU;
  readonly adapter: GPUAdapter;
  readonly backend: WebgpuBackend;
  readonly state: DeviceState;
  readonly version: string;
}

/** The engine that runs. */
let running: Running | undefined;

function isAlive(): boolean {
  return (
    running !== undefined && !running.state.lost && (tf.engine().registry["webgpu"] as unknown) === running.backend
  );
}

async function open(platform: WebgpuPlatform, request: StartRequest): Promise<Running> {
  const gpu = await platform.findGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error(`There is no GPU that WebGPU can use. ${platform.whyNoAdapter()}`);
  refuseSoftware(adapter, request);
  const { WebGPUBackend, version } = await platform.withNavigator(gpu, loadPackage);
  const device = await adapter.requestDevice(whatIsNeeded(adapter));
  const backend = platform.withNavigator(gpu, () => new WebGPUBackend(device, adapter.info));
  const state = guardDevice(backend);
  if (tf.findBackendFactory("webgpu")) tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => backend as unknown as tf.KernelBackend, PRIORITY);
  correctKernels();
  return { gpu, adapter, backend, state, version };
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

/** All that the adapter can do of what TensorFlow.js makes use of. */
function whatIsNeeded({ features, limits }: GPUAdapter): GPUDeviceDescriptor {
  return {
    requiredFeatures: FEATURES.filter((feature) => features.has(feature)),
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
