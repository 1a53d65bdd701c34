import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Way } from "../../../test/use-way.ts";
import { noTensorflow, startTensorflow } from "../../op/test/tensorflow-start.ts";

/** TensorFlow.js's own numbers, and those of kernels in C++ where they are set up. */
export const WAYS: readonly (readonly [name: string, way: Way])[] = [
  ["cpu", { start: () => tf.setBackend("cpu").then(() => () => {}) }],
  ["tensorflow", { start: () => startTensorflow({ native: true }), missing: noTensorflow }],
];
