import type { WebgpuKernel } from "@kwta/backend";
import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { WebgpuBackend } from "../device/webgpu-backend.ts";

/** Code to run. */
export type Wgsl = Pick<WebgpuKernel, "kernelName" | "code">;

type Plan = ReturnType<WebgpuKernel["plan"]>;

/** Puts a kernel behind what the backend has to do already, as the backend does with its own kernels. */
export function dispatch(
  kernel: Wgsl,
  backend: WebgpuBackend,
  tensors: readonly tf.TensorInfo[],
  { workgroups, parameters }: Plan,
): void {
  for (const { dataId } of tensors) backend.uploadToGPU(dataId);
  const pipeline = pipelinesOf(backend.device).get(kernel) ?? compileNow(kernel, backend.device);
  const uniforms = backend.makeUniforms(parameters.map((word) => ({ type: "uint32", data: [word] })));
  const resources = [...tensors.map((tensor) => backend.tensorToBinding(tensor)), uniforms];
  const entries = resources.map((resource, binding) => ({ binding, resource }));
  const bindGroup = backend.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  for (const { dataId } of tensors) backend.commandQueueOwnedIds.add(dataId);
  backend.ensureCommandEncoderReady();
  backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass();
  backend.computePassEncoder.setPipeline(pipeline);
  backend.computePassEncoder.setBindGroup(0, bindGroup);
  const rows = Math.ceil(workgroups / backend.device.limits.maxComputeWorkgroupsPerDimension);
  backend.computePassEncoder.dispatchWorkgroups(Math.ceil(workgroups / rows), rows);
  backend.dispatchCountInPass++;
  if (backend.dispatchCountInPass < tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

const pipelines = new WeakMap<GPUDevice, Map<Wgsl, GPUComputePipeline>>();

/** The pipelines that a device has. */
function pipelinesOf(device: GPUDevice): Map<Wgsl, GPUComputePipeline> {
  const known = pipelines.get(device) ?? new Map<Wgsl, GPUComputePipeline>();
  pipelines.set(device, known);
  return known;
}

/**
 * Compiles a kernel without waiting in the way of others.
 *
 * @throws InputError when the code is not WGSL, or needs more than the device has
 */
export async function compile(kernel: Wgsl, device: GPUDevice): Promise<void> {
  // What is thrown here is not to be told once more as an error of the device.
  device.pushErrorScope("validation");
  const descriptor = describe(kernel, device);
  const reported = device.popErrorScope();
  try {
    pipelinesOf(device).set(kernel, await device.createComputePipelineAsync(descriptor));
  } catch (error) {
    const { messages } = await descriptor.compute.module.getCompilationInfo();
    const first = messages.find(({ type }) => type === "error");
    const why = first ? `line ${first.lineNum}: ${first.message}` : (error as Error).message;
    throw new InputError(`The kernel ${show(kernel.kernelName)} cannot be compiled for this device: ${why}`);
  } finally {
    await reported;
  }
}

/** Compiles a kernel that was registered before its device was there. */
function compileNow(kernel: Wgsl, device: GPUDevice): GPUComputePipeline {
  const pipeline = device.createComputePipeline(describe(kernel, device));
  pipelinesOf(device).set(kernel, pipeline);
  return pipeline;
}

function describe({ kernelName, code: given }: Wgsl, device: GPUDevice): GPUComputePipelineDescriptor {
  const code = typeof given === "string" ? given : given({ subgroups: device.features.has("subgroups") });
  const module = device.createShaderModule({ code, label: kernelName });
  return { label: kernelName, layout: "auto", compute: { module, entryPoint: "main" } };
}
