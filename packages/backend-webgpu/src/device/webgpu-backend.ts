import type * as tf from "@tensorflow/tfjs-core";

/** What is used of TensorFlow.js's `WebGPUBackend`, which it hands to its kernels. */
export interface WebgpuBackend {
  readonly device: GPUDevice;
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  /** How many dispatches wait to be submitted. */
  dispatchCountInPass: number;
  /** Data that waiting dispatches use: it is freed after them. */
  readonly commandQueueOwnedIds: WeakSet<object>;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values?: tf.backend_util.BackendValues): tf.TensorInfo;
  /** Gives a tensor its buffer, where it has none yet. */
  uploadToGPU(dataId: object): void;
  tensorToBinding(tensor: tf.TensorInfo): GPUBindingResource;
  /** A uniform buffer of its own for one dispatch. */
  makeUniforms(uniforms: readonly { readonly type: "uint32"; readonly data: readonly number[] }[]): GPUBindingResource;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  /** The values are null while they are on the GPU alone. */
  readonly tensorMap: { get(dataId: object): { readonly values: tf.backend_util.BackendValues | null | undefined } };
  readSync(dataId: object): tf.backend_util.BackendValues;
  read(dataId: object): Promise<tf.backend_util.BackendValues>;
  disposeData(dataId: object, force?: boolean): boolean;
}

/** What a webgpu kernel is called with. */
export interface WebgpuCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly backend: WebgpuBackend;
  readonly attrs: Readonly<Record<string, unknown>> | undefined;
}

/** A webgpu kernel with one output. */
export type WebgpuKernelFunc = (call: WebgpuCall) => tf.TensorInfo;
