import { InputError, show } from "@kwta/core";
import type { GraphNode } from "../build/graph.ts";
import { permute } from "../weights/permute.ts";
import { ACTIVATION_WRITERS } from "./activations.ts";
import { CONVOLUTION_WRITERS } from "./convolutions.ts";
import { clip } from "./functions.ts";
import type { OnnxGraph, Writer, Written } from "./graph.ts";
import { channelAxis, channelsLast } from "./layout.ts";
import { activation, pair, refuse, weight, window, writeFunction } from "./settings.ts";

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
  const config = node.layer.getConfig();
  if (config["dataFormat"] === "channelsFirst") refuse(node, "has its channels first");
  return write({ graph, node, inputs, name, config });
}

const passOn: Writer = ({ inputs }) => inputs[0]!;

/** An operator of any number of tensors of one rank: ONNX aligns other shapes at their ends, where images have no channels. */
const merge =
  (op: string): Writer =>
  ({ graph, node, inputs, name }) => {
    if (new Set(node.inputs.map(({ shape }) => shape.length)).size > 1) refuse(node, "joins tensors of different rank");
    return graph.node(op, inputs, name);
  };

const WRITERS: Readonly<Record<string, Writer>> = {
  ...ACTIVATION_WRITERS,
  ...CONVOLUTION_WRITERS,
  Activation(layer) {
    const kind = layer.config["activation"];
    return kind === "linear" ? layer.inputs[0]! : writeFunction(layer, kind, layer.inputs[0]!);
  },
  Add: merge("Sum"),
  AlphaDropout: passOn,
  Average: merge("Mean"),
  AveragePooling2D: (layer) => pool("AveragePool", layer),
  BatchNormalization(layer) {
    const { graph, node, inputs, name, config } = layer;
    const rank = node.output.shape.length;
    const channels = node.output.shape.at(-1)!;
    if (config["axis"] !== -1 && config["axis"] !== rank - 1) refuse(node, "has another axis than the last");
    if (rank === 3) refuse(node, "is applied to rows of rows");
    const constant = (key: string, other: number): string => {
      const numbers = weight(layer, key) ?? new Float32Array(channels).fill(other);
      return graph.floats(`${name}.${key}`, [channels], numbers);
    };
    const constants = [
      constant("gamma", 1),
      constant("beta", 0),
      constant("moving_mean", 0),
      constant("moving_variance", 1),
    ];
    const epsilon = { float: config["epsilon"] as number };
    return graph.node("BatchNormalization", [...inputs, ...constants], name, { epsilon });
  },
  Concatenate({ graph, node, inputs, name, config }) {
    const rank = node.output.shape.length;
    if (config["axis"] !== -1 && config["axis"] !== rank - 1) refuse(node, "has another axis than the last");
    return graph.node("Concat", inputs, name, { axis: channelAxis(node.output) });
  },
  Cropping2D({ graph, node, inputs, name, config }) {
    const [[top], [left]] = config["cropping"] as [[number, number], [number, number]];
    const [, height, width] = node.output.shape as number[];
    const parts = [
      graph.ints(`${name}.starts`, [top, left]),
      graph.ints(`${name}.ends`, [top + height!, left + width!]),
      graph.ints(`${name}.axes`, [2, 3]),
    ];
    return graph.node("Slice", [inputs[0]!, ...parts], name);
  },
  Dense(layer) {
    const { graph, node, inputs, name } = layer;
    const rank = node.output.shape.length;
    const shape = node.layer.weights[0]!.shape as number[];
    const kernel = graph.floats(`${name}.weight`, shape, weight(layer, "kernel")!);
    const numbers = weight(layer, "bias");
    const bias = numbers ? [graph.floats(`${name}.bias`, [shape[1]!], numbers)] : [];
    if (rank === 2) return activation(layer, (result) => graph.node("Gemm", [inputs[0]!, kernel, ...bias], result));
    return activation(layer, (result) =>
      channelsLast(graph, inputs[0]!, { from: rank, to: rank, name: result }, (x, done) => {
        const product = graph.node("MatMul", [x, kernel], bias.length > 0 ? `${done}.product` : done);
        return bias.length > 0 ? graph.node("Add", [product, ...bias], done) : product;
      }),
    );
  },
  Dropout: passOn,
  ELU: (layer) => writeFunction(layer, "elu", layer.inputs[0]!),
  /** Our rows are channel last. */
  Flatten({ graph, node, inputs, name }) {
    const [, ...shape] = node.inputs[0]!.shape as number[];
    const positions = shape.slice(0, -1).reduce((product, n) => product * n, 1);
    if (shape.length !== 3 || positions === 1) return graph.node("Flatten", inputs, name, { axis: 1 });
    const turned = graph.node("Transpose", inputs, `${name}.turned`, { perm: [0, 2, 3, 1] });
    return graph.node("Flatten", [turned], name, { axis: 1 });
  },
  GaussianDropout: passOn,
  GaussianNoise: passOn,
  GlobalAveragePooling1D: ({ graph, inputs, name }) =>
    graph.node("ReduceMean", inputs, name, { axes: [1], keepdims: 0 }),
  GlobalAveragePooling2D({ graph, inputs, name }) {
    return graph.node("Flatten", [graph.node("GlobalAveragePool", inputs, `${name}.pooled`)], name, { axis: 1 });
  },
  GlobalMaxPooling1D: ({ graph, inputs, name }) => graph.node("ReduceMax", inputs, name, { axes: [1], keepdims: 0 }),
  GlobalMaxPooling2D({ graph, inputs, name }) {
    return graph.node("Flatten", [graph.node("GlobalMaxPool", inputs, `${name}.pooled`)], name, { axis: 1 });
  },
  /** A layer of ours for models of Keras 3. */
  KeepDims: (layer) => reshape(layer),
  LayerNormalization(layer) {
    const { graph, node, inputs, name, config } = layer;
    const shape = node.output.shape as number[];
    const axes = [config["axis"] as number | number[]].flat().map((axis) => (axis < 0 ? axis + shape.length : axis));
    const first = Math.min(...axes);
    if (axes.length !== shape.length - first) refuse(node, "normalises other axes than the last ones");
    const own = shape.slice(first);
    const size = own.reduce((product, n) => product * n, 1);
    const scale = graph.floats(`${name}.gamma`, own, weight(layer, "gamma") ?? new Float32Array(size).fill(1));
    const beta = weight(layer, "beta");
    const constants = beta ? [scale, graph.floats(`${name}.beta`, own, beta)] : [scale];
    const attributes = { axis: first, epsilon: { float: config["epsilon"] as number } };
    return channelsLast(graph, inputs[0]!, { from: shape.length, to: shape.length, name }, (x, done) =>
      graph.node("LayerNormalization", [x, ...constants], done, attributes),
    );
  },
  LeakyReLU: ({ graph, inputs, name, config }) =>
    graph.node("LeakyRelu", inputs, name, { alpha: { float: config["alpha"] as number } }),
  MaxPooling2D: (layer) => pool("MaxPool", layer),
  Maximum: merge("Max"),
  Minimum: merge("Min"),
  Multiply(layer) {
    const [first, ...others] = layer.inputs;
    return others.reduce(
      (x, other, i) =>
        merge("Mul")({
          ...layer,
          inputs: [x, other],
          name: i === others.length - 1 ? layer.name : `${layer.name}.${i}`,
        }),
      first!,
    );
  },
  PReLU(layer) {
    const { graph, inputs, name, node } = layer;
    const shape = node.layer.weights[0]!.shape as number[];
    const slopes = weight(layer, "alpha")!;
    const isImage = shape.length === 3;
    const turned = isImage ? permute(slopes, shape, [2, 0, 1]) : slopes;
    const alpha = graph.floats(`${name}.alpha`, isImage ? [shape[2]!, shape[0]!, shape[1]!] : shape, turned);
    return graph.node("PRelu", [inputs[0]!, alpha], name);
  },
  Permute({ graph, node, inputs, name, config }) {
    const rank = node.output.shape.length;
    return channelsLast(graph, inputs[0]!, { from: rank, to: rank, name }, (x, done) =>
      graph.node("Transpose", [x], done, { perm: [0, ...(config["dims"] as number[])] }),
    );
  },
  ReLU({ graph, inputs, name, config }) {
    const most = config["maxValue"] as number | null | undefined;
    return most == null ? graph.node("Relu", inputs, name) : clip(graph, inputs[0]!, name, 0, most);
  },
  Rescaling({ graph, inputs, name, config }) {
    const scale = graph.floats(`${name}.scale`, [1], Float32Array.of(config["scale"] as number));
    const offset = graph.floats(`${name}.offset`, [1], Float32Array.of(config["offset"] as number));
    return graph.node("Add", [graph.node("Mul", [inputs[0]!, scale], `${name}.scaled`), offset], name);
  },
  Reshape: (layer) => reshape(layer),
  Softmax(layer) {
    const { node, config } = layer;
    const rank = node.output.shape.length;
    const axis = [config["axis"]].flat();
    if (axis.length !== 1 || (axis[0] !== -1 && axis[0] !== rank - 1)) refuse(node, "has another axis than the last");
    return writeFunction(layer, "softmax", layer.inputs[0]!);
  },
  SpatialDropout1D: passOn,
  ThresholdedReLU: ({ graph, inputs, name, config }) =>
    graph.node("ThresholdedRelu", inputs, name, { alpha: { float: config["theta"] as number } }),
  UpSampling2D({ graph, inputs, name, config }) {
    const scales = graph.floats(`${name}.scales`, [4], Float32Array.of(1, 1, ...pair(config["size"])));
    const mode = config["interpolation"] === "bilinear" ? "linear" : "nearest";
    return graph.node("Resize", [inputs[0]!, "", scales], name, {
      mode: { text: mode },
      coordinate_transformation_mode: { text: "asymmetric" },
      ...(mode === "nearest" && { nearest_mode: { text: "floor" } }),
    });
  },
  ZeroPadding2D({ graph, inputs, name, config }) {
    const [[top, bottom], [left, right]] = config["padding"] as [[number, number], [number, number]];
    return graph.node("Pad", [inputs[0]!, graph.ints(`${name}.pads`, [0, 0, top, left, 0, 0, bottom, right])], name);
  },
};

function pool(op: string, layer: Written): string {
  const size = pair(layer.config["poolSize"]);
  return layer.graph.node(op, layer.inputs, layer.name, window(layer, size, [1, 1]));
}

/** The numbers of a sample in another shape, in TensorFlow.js's order. 0 means as many as there are: the batch. */
function reshape({ graph, node, inputs, name }: Written): string {
  const [from, to] = [node.inputs[0]!.shape.length, node.output.shape.length];
  const sizes = node.output.shape.slice(1).map((size) => size ?? -1);
  return channelsLast(graph, inputs[0]!, { from, to, name }, (x, done) =>
    graph.node("Reshape", [x, graph.ints(`${name}.shape`, [0, ...sizes])], done),
  );
}
