import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { checkFloat32 } from "../_check-float32.ts";
import type { WebgpuKernel } from "../webgpu-kernels.ts";
import type { WebgpuBackend } from "./_webgpu-backend.ts";

/**
 * Registers kernels for the webgpu backend and, where that is the current one, compiles them. A kernel of the same name that is
 * there already is replaced.
 *
 * @throws InputError when the code of one is not WGSL, or needs more than the device has
 */
export async function registerWebgpuKernels(kernels: readonly WebgpuKernel[]): Promise<void> {
  if (tf.getBackend() === "webgpu") {
    const backend = tf.backend() as unknown as WebgpuBackend;
    await Promise.all(kernels.map((kernel) => compile(kernel, backend.device)));
  }
  for (const kernel of kernels) {
    const { kernelName } = kernel;
    if (tf.getKernel(kernelName, "webgpu")) tf.unregisterKernel(kernelName, "webgpu");
    const kernelFunc = ((call: Call) => runKernel(kernel, call)) as unknown as tf.KernelFunc;
    tf.registerKernel({ kernelName, backendName: "webgpu", kernelFunc });
  }
}

interface Call {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly backend: WebgpuBackend;
  readonly attrs: Readonly<Record<string, unknown>> | undefined;
}

function runKernel(kernel: WebgpuKernel, { inputs, backend, attrs = {} }: Call): tf.TensorInfo | tf.TensorInfo[] {
  const tensors = kernel.inputNames.map((name) => checkFloat32(kernel.kernelName, name, inputs[name]));
  const inputShapes = tensors.map(({ shape }) => shape);
  const outputShapes = kernel.outputShapes(inputShapes, attrs);
  const isEmpty = outputShapes.every((shape) => tf.util.sizeFromShape(shape) === 0);
  const values = isEmpty ? new Float32Array(0) : undefined;
  const outputs = outputShapes.map((shape) => backend.makeTensorInfo(shape, "float32", values));
  try {
    if (!isEmpty) dispatch(kernel, backend, [...tensors, ...outputs], kernel.plan(inputShapes, attrs));
  } catch (error) {
    for (const { dataId } of outputs) backend.disposeData(dataId);
    throw error;
  }
  return outputs.length === 1 ? outputs[0]! : outputs;
}

/** Puts a kernel behind what the backend has to do already, as the backend does with its own kernels. */
function dispatch(
  kernel: WebgpuKernel,
  backend: WebgpuBackend,
  tensors: readonly tf.TensorInfo[],
  { workgroups, parameters }: ReturnType<WebgpuKernel["plan"]>,
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

const pipelines = new WeakMap<GPUDevice, Map<WebgpuKernel, GPUComputePipeline>>();

/** The pipelines that a device has. */
function pipelinesOf(device: GPUDevice): Map<WebgpuKernel, GPUComputePipeline> {
  const known = pipelines.get(device) ?? new Map<WebgpuKernel, GPUComputePipeline>();
  pipelines.set(device, known);
  return known;
}

async function compile(kernel: WebgpuKernel, device: GPUDevice): Promise<void> {
  const descriptor = describe(kernel, device);
  try {
    pipelinesOf(device).set(kernel, await device.createComputePipelineAsync(descriptor));
  } catch (error) {
    const { messages } = await descriptor.compute.module.getCompilationInfo();
    const first = messages.find(({ type }) => type === "error");
    const why = first ? `line ${first.lineNum}: ${first.message}` : (error as Error).message;
    throw new InputError(`The kernel ${show(kernel.kernelName)} cannot be compiled for this device: ${why}`);
  }
}

/** Compiles a kernel that was registered before its device was there. */
function compileNow(kernel: WebgpuKernel, device: GPUDevice): GPUComputePipeline {
  const pipeline = device.createComputePipeline(describe(kernel, device));
  pipelinesOf(device).set(kernel, pipeline);
  return pipeline;
}

function describe({ kernelName, code }: WebgpuKernel, device: GPUDevice): GPUComputePipelineDescriptor {
  const module = device.createShaderModule({ code, label: kernelName });
  return { label: kernelName, layout: "auto", compute: { module, entryPoint: "main" } };
}
