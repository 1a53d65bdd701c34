import { InputError } from "@kwta/core";
import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { graphOf, type GraphNode } from "../build/graph.ts";
import { OnnxGraph, valueInfo } from "./graph.ts";
import { writeLayer } from "./layers.ts";
import { int, join, lengthOf, message, text } from "./protobuf.ts";

/**
 * Writes a model in inference mode as ONNX, opset 17, for onnxruntime and other programs. It takes
 * `input` [batch, channels, height, width] (or rows) and gives `logits` [batch, classes], as PyTorch's exporter would have
 * it; what ends in a softmax or sigmoid gives `probabilities`. The batch may have any size. k-WTA is written with standard operators: the least of the k largest values (`TopK`, `ReduceMin`) is the threshold
 * for `Where`; gamma is fixed at what it is now. The other activations of `@kwta/op` are written as they are outside of training, but
 * stochastic LWTA, which draws.
 *
 * @throws InputError that names the layer which has no ONNX form here, or when the file would exceed 2 GiB
 * @see https://github.com/onnx/onnx/blob/main/docs/IR.md
 */
export function encodeOnnx(model: LayersModel): Uint8Array {
  const [input] = model.inputs;
  const [output] = model.outputs;
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new InputError(
      `The model has ${model.inputs.length} inputs and ${model.outputs.length} outputs; ONNX needs one of each here.`,
    );
  }
  const graph = new OnnxGraph();
  const names = new Map([[input!.id, INPUT]]);
  const nodes = graphOf(model);
  const result = outputName(nodes, output!);
  for (const node of nodes) {
    const name = node.output.id === output!.id ? result : node.layer.name;
    names.set(
      node.output.id,
      writeLayer(
        graph,
        node,
        node.inputs.map(({ id }) => names.get(id)!),
        name,
      ),
    );
  }
  // A layer that passes its input on keeps its name.
  const last = names.get(output!.id)!;
  if (last !== result) graph.node("Identity", [last], result);
  const [, ...shape] = input!.shape as number[];
  const fields = [
    ...graph.fields.flat(),
    ...text(2, model.name),
    ...valueInfo(11, INPUT, shape.length === 3 ? [shape[2]!, shape[0]!, shape[1]!] : shape),
    ...valueInfo(12, result, output!.shape.slice(1) as number[]),
  ];
  const file = [...int(1, IR_VERSION), ...text(2, "kwta"), ...message(7, fields), ...message(8, int(2, OPSET))];
  if (lengthOf(file) >= 2 ** 31)
    throw new InputError("The ONNX file would exceed 2 GiB, more than the format can hold.");
  return join(file);
}

const INPUT = "input";
const IR_VERSION = 8;
const OPSET = 17;

/** `probabilities` of a model that ends in them, and else `logits`. */
function outputName(nodes: readonly GraphNode[], output: SymbolicTensor): string {
  const node = nodes.find((each) => each.output.id === output.id);
  const kind = node?.kind === "Softmax" ? "softmax" : node?.layer.getConfig()["activation"];
  if (typeof kind === "string" && Object.hasOwn(NAMES, kind)) return NAMES[kind]!;
  const [input, ...others] = node?.inputs ?? [];
  const passesOn = node !== undefined && (PASSING.has(node.kind) || (node.kind === "Activation" && kind === "linear"));
  return passesOn && input !== undefined && others.length === 0 ? outputName(nodes, input) : "logits";
}

const NAMES: Readonly<Record<string, string>> = {
  hardSigmoid: "probabilities",
  logSoftmax: "log_probabilities",
  sigmoid: "probabilities",
  softmax: "probabilities",
};
const PASSING: ReadonlySet<string> = new Set(["Dropout", "Flatten", "Reshape"]);
