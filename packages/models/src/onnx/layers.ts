import { InputError, show } from "@kwta/core";
import type { layers } from "@tensorflow/tfjs-layers";
import type { GraphNode } from "../build/graph.ts";
import { permute } from "../weights/permute.ts";
import { ACTIVATION_WRITERS } from "./activations.ts";
import type { OnnxGraph, Writer, Written } from "./graph.ts";

/**
 * Adds a layer to the graph.
 *
 * @returns what its result is called
 * @throws InputError for a layer, or a setting of one, that has no ONNX form here
 */
export function writeLayer(graph: OnnxGraph, node: GraphNode, inputs: readonly string[], name: string): string {
  const write = Object.hasOwn(WRITERS, node.kind) ? WRITERS[node.kind]! : undefined;
  if (write === undefined) {
    throw new InputError(
      `Layer ${show(node.layer.name)} of class ${node.kind} cannot be written as ONNX. Known: ${Object.keys(WRITERS).join(", ")}.`,
    );
  }
  return write({ graph, node, inputs, name, config: node.layer.getConfig() });
}

const passOn: Writer = ({ inputs }) => inputs[0]!;
const relu: Writer = ({ graph, inputs, name, config, node }) => {
  if (config["maxValue"] != null) refuse(node, `has a maxValue`);
  return graph.node("Relu", inputs, name);
};

const WRITERS: Readonly<Record<string, Writer>> = {
  ...ACTIVATION_WRITERS,
  Activation: (layer) => activation(layer, layer.inputs[0]!),
  Add: ({ graph, inputs, name }) => graph.node("Sum", inputs, name),
  AveragePooling2D: (layer) => pool("AveragePool", layer),
  BatchNormalization({ graph, node, inputs, name, config }) {
    const channels = node.output.shape.at(-1)!;
    if (config["axis"] !== -1 && config["axis"] !== node.output.shape.length - 1)
      refuse(node, "has another axis than the last");
    const all = (value: number): Float32Array => new Float32Array(channels).fill(value);
    const constants = [
      ["gamma", all(1)],
      ["beta", all(0)],
      ["moving_mean", all(0)],
      ["moving_variance", all(1)],
    ].map(([key, other]) =>
      graph.floats(
        `${name}.${key as string}`,
        [channels],
        weight(node.layer, key as string) ?? (other as Float32Array),
      ),
    );
    return graph.node("BatchNormalization", [...inputs, ...constants], name, {
      epsilon: { float: config["epsilon"] as number },
    });
  },
  Concatenate({ graph, node, inputs, name, config }) {
    const rank = node.output.shape.length;
    if (config["axis"] !== -1 && config["axis"] !== rank - 1) refuse(node, "has another axis than the last");
    return graph.node("Concat", inputs, name, { axis: 1 });
  },
  Conv2D(layer) {
    const { graph, node, inputs, name, config } = layer;
    const [height, width, from, to] = node.layer.weights[0]!.shape as [number, number, number, number];
    const kernel = permute(weight(node.layer, "kernel")!, [height, width, from, to], [3, 2, 0, 1]);
    const constants = [graph.floats(`${name}.weight`, [to, from, height, width], kernel)];
    const bias = weight(node.layer, "bias");
    if (bias) constants.push(graph.floats(`${name}.bias`, [to], bias));
    const linear = config["activation"] === "linear" ? name : `${name}.linear`;
    const dilations = pair(config["dilationRate"] ?? 1);
    const attributes = { ...window(layer, [height, width], dilations), dilations };
    return activation(layer, graph.node("Conv", [...inputs, ...constants], linear, attributes));
  },
  Dense(layer) {
    const { graph, node, inputs, name, config } = layer;
    if (node.output.shape.length !== 2) refuse(node, "is applied to more than rows");
    const shape = node.layer.weights[0]!.shape as number[];
    const constants = [graph.floats(`${name}.weight`, shape, weight(node.layer, "kernel")!)];
    const bias = weight(node.layer, "bias");
    if (bias) constants.push(graph.floats(`${name}.bias`, [shape[1]!], bias));
    const linear = config["activation"] === "linear" ? name : `${name}.linear`;
    return activation(layer, graph.node("Gemm", [...inputs, ...constants], linear));
  },
  Dropout: passOn,
  /** Our rows are channel last. */
  Flatten({ graph, node, inputs, name }) {
    const [, ...shape] = node.inputs[0]!.shape as number[];
    const positions = shape.slice(0, -1).reduce((product, n) => product * n, 1);
    if (shape.length !== 3 || positions === 1) return graph.node("Flatten", inputs, name, { axis: 1 });
    const turned = graph.node("Transpose", inputs, `${name}.turned`, { perm: [0, 2, 3, 1] });
    return graph.node("Flatten", [turned], name, { axis: 1 });
  },
  GlobalAveragePooling2D({ graph, inputs, name }) {
    return graph.node("Flatten", [graph.node("GlobalAveragePool", inputs, `${name}.pooled`)], name, { axis: 1 });
  },
  MaxPooling2D: (layer) => pool("MaxPool", layer),
  ReLU: relu,
  Rescaling({ graph, inputs, name, config }) {
    const scale = graph.floats(`${name}.scale`, [1], Float32Array.of(config["scale"] as number));
    const offset = graph.floats(`${name}.offset`, [1], Float32Array.of(config["offset"] as number));
    return graph.node("Add", [graph.node("Mul", [inputs[0]!, scale], `${name}.scaled`), offset], name);
  },
  Softmax: ({ graph, inputs, name }) => graph.node("Softmax", inputs, name, { axis: 1 }),
  ZeroPadding2D({ graph, inputs, name, config }) {
    const [[top, bottom], [left, right]] = config["padding"] as [[number, number], [number, number]];
    return graph.node("Pad", [inputs[0]!, graph.ints(`${name}.pads`, [0, 0, top, left, 0, 0, bottom, right])], name);
  },
};

/** The activation that is part of a layer. */
function activation({ graph, node, name, config }: Written, x: string): string {
  const kind = config["activation"];
  if (kind === "linear" || kind === undefined) return x;
  if (kind === "relu") return graph.node("Relu", [x], name);
  if (kind === "softmax" && node.output.shape.length === 2) return graph.node("Softmax", [x], name, { axis: 1 });
  return refuse(node, `has the activation ${show(kind)}`);
}

function pool(op: string, layer: Written): string {
  const size = pair(layer.config["poolSize"]);
  return layer.graph.node(op, layer.inputs, layer.name, window(layer, size, [1, 1]));
}

/** Size, steps and zeros of a sliding window. TensorFlow's "same" puts the odd row at the end. */
function window(
  { node, config }: Written,
  size: readonly number[],
  dilations: readonly number[],
): { kernel_shape: readonly number[]; strides: readonly number[]; pads: readonly number[] } {
  const strides = pair(config["strides"] ?? size);
  const [, height, width] = node.inputs[0]!.shape;
  if (height == null || width == null) return refuse(node, "has an input of unknown size");
  const zeros = [height, width].map((length, axis) => {
    if (config["padding"] !== "same") return [0, 0] as const;
    const reach = (size[axis]! - 1) * dilations[axis]! + 1;
    const total = Math.max(0, (Math.ceil(length / strides[axis]!) - 1) * strides[axis]! + reach - length);
    return [Math.floor(total / 2), Math.ceil(total / 2)] as const;
  });
  return { kernel_shape: size, strides, pads: [zeros[0]![0], zeros[1]![0], zeros[0]![1], zeros[1]![1]] };
}

function pair(value: unknown): readonly number[] {
  return Array.isArray(value) ? (value as number[]) : [value as number, value as number];
}

/** A copy of the numbers of a weight, where the layer has it. */
function weight(layer: layers.Layer, name: string): Float32Array | undefined {
  const found = layer.weights.find(({ originalName }) => originalName.endsWith(`/${name}`));
  return found && new Float32Array(found.read().dataSync<"float32">());
}

function refuse(node: GraphNode, what: string): never {
  throw new InputError(`Layer ${show(node.layer.name)} ${what}, which cannot be written as ONNX.`);
}
