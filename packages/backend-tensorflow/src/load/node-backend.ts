import type * as tf from "@tensorflow/tfjs-core";

/** What is used of tfjs-node's `NodeJSKernelBackend`. */
export interface NodeBackend extends tf.KernelBackend {
  readonly binding: Binding;
  executeMultipleOutputs(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

/** An attribute of an op, its type by the binding's number. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What is used of tfjs-node's C++ half. */
export interface Binding {
  readonly TF_Version: string;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_FLOAT: number;
  isUsingGpuDevice(): boolean;
  createTensor(shape: readonly number[], dtype: number, values: unknown): number;
  executeOp(name: string, attributes: unknown, inputs: readonly number[], outputs: number): unknown;
}
