import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { noTensorflow, startTensorflow } from "../../op/test/tensorflow-start.ts";

/** A backend to train on. */
interface Way {
  /** Sets it up, and returns how to undo that. */
  readonly start: () => Promise<() => void>;
  /** Why it cannot be had here. */
  readonly missing?: string | undefined;
}

/** TensorFlow.js's own numbers, and those of kernels in C++ where they are set up. */
export const WAYS: readonly (readonly [name: string, way: Way])[] = [
  ["cpu", { start: () => tf.setBackend("cpu").then(() => () => {}) }],
  ["tensorflow", { start: () => startTensorflow({ native: true }), missing: noTensorflow }],
];
