import type * as tf from "@tensorflow/tfjs-core";
import type { WasmBackend } from "../../host/wasm-backend.ts";
import type { WasmHost } from "../../host/wasm-host.ts";

/** The values of one sample at some place of a network. A row of values has height and width 1. */
export interface SampleShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** How many values these are. */
export function sizeOf({ height, width, channels }: SampleShape): number {
  return height * width * channels;
}

/** One call of a network. */
export interface Call {
  readonly backend: WasmBackend;
  readonly host: WasmHost;
  /** How many samples. */
  readonly count: number;
  readonly weights: readonly tf.TensorInfo[];
}

/** Addresses of what a step computes with. */
interface Forward {
  readonly inputs: readonly number[];
  readonly output: number;
  /** Of `ownFloats` of each sample. */
  readonly own: number;
  /** Of `constants`, which `prepare` has filled. */
  readonly constants: number;
  /** Whether ReLU follows, and is computed on the way. Only where the step says that it can. */
  readonly relu: boolean;
  /** Of `statistics`. */
  readonly statistics: number;
  /** Of what its moving statistics become, a number per channel each. */
  readonly moved: readonly number[];
}

/** The same of the gradient by one input. */
interface Backward {
  readonly dy: number;
  readonly dx: number;
  /** Which input. */
  readonly input: number;
  /** The value that is kept. */
  readonly kept: number;
  readonly own: number;
  readonly constants: number;
}

/** The same of the gradients by weights. */
interface WeightGradients {
  readonly x: number;
  readonly dy: number;
  readonly statistics: number;
  readonly constants: number;
  /** Where the gradient by a weight goes; 0 for one that there is not, -1. */
  by(weight: number): number;
}

/**
 * A step of a network. A sample's bits depend on nothing but the sample and the weights, in both directions; only that of a batch
 * norm that is trained looks at the whole batch.
 */
export interface Step {
  /** Of what it gives. */
  readonly shape: SampleShape;
  /** Which value its gradient needs. @defaultValue none */
  readonly keeps?: "input" | "output";
  /** How many floats of its own it keeps of each sample for its gradient. @defaultValue 0 */
  readonly ownFloats?: number;
  /** How many floats it needs that are the same for all samples. @defaultValue 0 */
  readonly constants?: number;
  /** How many floats it leaves for its gradient that are not of one sample. @defaultValue 0 */
  readonly statistics?: number;
  /** Whether it moves a mean and a variance of each channel. @defaultValue false */
  readonly moves?: boolean;
  /** The weights, and -1 for those that it lacks, that it has gradients by; they are computed from its first input. @defaultValue none */
  readonly differentiated?: readonly number[];
  /** Whether it computes a ReLU that follows on the way. @defaultValue false */
  readonly canRelu?: boolean;
  /** Whether it is ReLU. @defaultValue false */
  readonly isRelu?: boolean;
  /** Whether its gradients are the gradient that it is given; it has no `backward` then. @defaultValue false */
  readonly passes?: boolean;
  /** Whether the gradient may take the place of the one that is given. @defaultValue false */
  readonly inPlace?: boolean;
  /** Fills its constants, before anything else of a call. */
  prepare?(call: Call, constants: number): void;
  forward(call: Call, places: Forward): void;
  backward?(call: Call, places: Backward): void;
  /** Computes the gradients by its weights, before that by its input. */
  weightGradients?(call: Call, places: WeightGradients): void;
}

/** Makes the step of a line's numbers. */
export type StepMaker = (
  args: readonly string[],
  inputs: readonly SampleShape[],
  weightShapes: readonly (readonly number[])[],
) => Step;

/** So many numbers, as the arguments of a line. */
export type Numbers<N extends number, Known extends number[] = []> = Known["length"] extends N
  ? Known
  : Numbers<N, [...Known, number]>;
