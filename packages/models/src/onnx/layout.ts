import type { SymbolicTensor } from "@tensorflow/tfjs-layers";
import type { OnnxGraph } from "./graph.ts";

// Images have their channels last in TensorFlow.js and first in ONNX; everything else is laid out alike.

/** The axis of the channels in ONNX. */
export function channelAxis({ shape }: Pick<SymbolicTensor, "shape">): number {
  return shape.length === 4 ? 1 : shape.length - 1;
}

/** What TensorFlow.js has: images with the channels last. */
function toLast(graph: OnnxGraph, x: string, rank: number, name: string): string {
  return rank === 4 ? graph.node("Transpose", [x], `${name}.last`, { perm: [0, 2, 3, 1] }) : x;
}

/** What ONNX has: images with the channels first. The result is called `name` where something is done. */
function toFirst(graph: OnnxGraph, x: string, rank: number, name: string): string {
  return rank === 4 ? graph.node("Transpose", [x], name, { perm: [0, 3, 1, 2] }) : x;
}

/** What is done to tensors as TensorFlow.js has them. `work` is told what to call its result. */
export function channelsLast(
  graph: OnnxGraph,
  x: string,
  { from, to, name }: { readonly from: number; readonly to: number; readonly name: string },
  work: (x: string, name: string) => string,
): string {
  const done = work(toLast(graph, x, from, name), to === 4 ? `${name}.done` : name);
  return toFirst(graph, done, to, name);
}
