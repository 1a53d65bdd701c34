/** What is used of ONNX Runtime: `import * as ort from "onnxruntime-web"` is one, as is `onnxruntime-node`. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: Readonly<Record<string, unknown>>): Promise<OnnxSession>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => OnnxTensor;
}

/** A loaded file. */
export interface OnnxSession {
  readonly inputMetadata: readonly OnnxValueInfo[];
  readonly outputMetadata: readonly OnnxValueInfo[];
  run(feeds: Readonly<Record<string, never>>, fetches: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  release(): Promise<void>;
}

/** What a file says of an input or output. Sizes that are open are texts. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}

/** A value that goes in or comes out. */
export interface OnnxTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

/** Threads that wait without work would take the cores of whatever else computes. */
export const SESSION_OPTIONS: Readonly<Record<string, unknown>> = {
  extra: { session: { intra_op: { allow_spinning: "0" } } },
  // Errors alone: they come as exceptions.
  logSeverityLevel: 3,
};
