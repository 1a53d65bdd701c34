import * as tf from "@tensorflow/tfjs-core";

/** What is used of TensorFlow.js's `BackendWasm`, which it hands to wasm kernels. */
export interface WasmBackend {
  readonly wasm: {
    readonly HEAPU8: Uint8Array;
    readonly asm?: { readonly memory?: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(
    shape: number[],
    dtype: tf.DataType,
    memoryOffset?: number,
    values?: tf.backend_util.BackendValues,
  ): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): tf.backend_util.TypedArray;
  move(dataId: object, ...rest: readonly unknown[]): void;
  incRef(dataId: object): void;
  refCount(dataId: object): number;
  disposeData(dataId: object, force?: boolean): boolean;
}

/** What a wasm kernel is called with. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly backend: WasmBackend;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** A wasm kernel with one output. */
export type WasmKernelFunc = (call: KernelCall) => tf.TensorInfo;

/** A wasm kernel with several outputs. */
export type WasmKernelFuncOfMany = (call: KernelCall) => tf.TensorInfo[];

/** A kernel of ours. */
export interface WasmKernelPatch {
  readonly kernelName: string;
  /** The kernel to register, given the one that TensorFlow.js has; that one is still to be called where ours does not help. */
  patch(original: WasmKernelFunc): WasmKernelFunc;
}

/** Calls a kernel by name, as registered. */
export function callKernel(
  backend: WasmBackend,
  kernelName: string,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: Readonly<Record<string, unknown>> = {},
): tf.TensorInfo {
  const kernel = tf.getKernel(kernelName, "wasm").kernelFunc as unknown as WasmKernelFunc;
  return kernel({ inputs, backend, attrs });
}

/** The whole wasm heap as floats. Any allocation may move the heap: take it anew after each. */
export function heapOf(backend: WasmBackend): Float32Array {
  return new Float32Array(backend.wasm.HEAPU8.buffer);
}

/** Address of a tensor's first value. */
export function addressOf(backend: WasmBackend, { dataId }: tf.TensorInfo): number {
  return backend.dataIdMap.get(dataId).memoryOffset;
}

/** Index into {@link heapOf} of a float32 tensor's first value. */
export function offsetOf(backend: WasmBackend, { dataId }: tf.TensorInfo): number {
  return backend.dataIdMap.get(dataId).memoryOffset / Float32Array.BYTES_PER_ELEMENT;
}

/** A new float32 tensor of arbitrary content. */
export function allocate(backend: WasmBackend, shape: number[]): tf.TensorInfo {
  return backend.makeOutput(shape, "float32");
}

/** A new float32 tensor of zeros. */
export function zeros(backend: WasmBackend, shape: number[]): tf.TensorInfo {
  const tensor = allocate(backend, shape);
  const start = offsetOf(backend, tensor);
  heapOf(backend).fill(0, start, start + tf.util.sizeFromShape(shape));
  return tensor;
}

/** A new float32 tensor with these values. */
export function upload(backend: WasmBackend, shape: number[], values: ArrayLike<number>): tf.TensorInfo {
  return backend.makeOutput(shape, "float32", undefined, Float32Array.from(values));
}

/** Gives up one reference to a tensor's memory. */
export function release(backend: WasmBackend, ...tensors: tf.TensorInfo[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId);
}

/** The same memory under another shape; it has to be released on its own. */
export function share(backend: WasmBackend, { dataId, dtype }: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  backend.incRef(dataId);
  return { dataId, dtype, shape: [...shape] };
}

/** Copies values within the heap. Short runs are faster in a loop than as a call. */
export function copyRun(heap: Float32Array, to: number, from: number, length: number): void {
  if (length < 32) for (let i = 0; i < length; i++) heap[to + i] = heap[from + i]!;
  else heap.copyWithin(to, from, from + length);
}
