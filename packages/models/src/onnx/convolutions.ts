import { permute } from "../weights/permute.ts";
import type { Writer, Written } from "./graph.ts";
import { activation, pair, refuse, weight, window } from "./settings.ts";

/** The convolutions of images. Kernels are [height, width, from, to] in TensorFlow.js and [to, from, height, width] in ONNX. */
export const CONVOLUTION_WRITERS: Readonly<Record<string, Writer>> = {
  Conv2D(layer) {
    const [height, width, from, to] = layer.node.layer.weights[0]!.shape as Kernel;
    const kernel = permute(weight(layer, "kernel")!, [height, width, from, to], [3, 2, 0, 1]);
    const weights = layer.graph.floats(`${layer.name}.weight`, [to, from, height, width], kernel);
    return convolve(layer, weights, [height, width]);
  },
  /** Each channel by itself, `many` times: the results of one channel follow each other in both. */
  DepthwiseConv2D(layer) {
    refuseDilated(layer);
    const [height, width, from, many] = layer.node.layer.weights[0]!.shape as Kernel;
    return convolve(layer, depthwise(layer, "depthwise_kernel", [height, width, from, many]), [height, width], from);
  },
  SeparableConv2D(layer) {
    const { graph, name, inputs, node } = layer;
    const [height, width, from, many] = node.layer.weights[0]!.shape as Kernel;
    const to = node.output.shape.at(-1)!;
    const each = depthwise(layer, "depthwise_kernel", [height, width, from, many]);
    const attributes = geometry(layer, [height, width], from);
    const channels = graph.node("Conv", [inputs[0]!, each], `${name}.channels`, attributes);
    const kernel = permute(weight(layer, "pointwise_kernel")!, [1, 1, from * many, to], [3, 2, 0, 1]);
    const mixed = [channels, graph.floats(`${name}.weight`, [to, from * many, 1, 1], kernel), ...bias(layer)];
    return activation(layer, (result) => graph.node("Conv", mixed, result, { kernel_shape: [1, 1] }));
  },
  Conv2DTranspose(layer) {
    const { graph, name, inputs, node, config } = layer;
    const [height, width, to, from] = node.layer.weights[0]!.shape as Kernel;
    refuseDilated(layer);
    const kernel = permute(weight(layer, "kernel")!, [height, width, to, from], [3, 2, 0, 1]);
    const parts = [inputs[0]!, graph.floats(`${name}.weight`, [from, to, height, width], kernel), ...bias(layer)];
    const strides = pair(config["strides"] ?? 1);
    // By how much the windows reach over the result, or leave at its end.
    const over = [height, width].map((size, axis) => size - strides[axis]!);
    const cut = over.map((each) => (config["padding"] === "same" ? Math.max(0, each) : 0));
    const before = cut.map((each) => Math.floor(each / 2));
    const attributes = {
      kernel_shape: [height, width],
      strides,
      pads: [...before, ...cut.map((each, axis) => each - before[axis]!)],
      output_padding: over.map((each) => Math.max(0, -each)),
    };
    return activation(layer, (result) => graph.node("ConvTranspose", parts, result, attributes));
  },
};

/** TensorFlow.js computes these layers as if there was no dilation. */
function refuseDilated({ node, config }: Written): void {
  const isDilated = pair(config["dilationRate"] ?? 1).some((rate) => rate !== 1);
  if (isDilated) refuse(node, "is dilated, which TensorFlow.js ignores");
}

type Kernel = [height: number, width: number, from: number, to: number];

function convolve(layer: Written, kernel: string, size: readonly number[], groups = 1): string {
  const { graph, inputs } = layer;
  const parts = [inputs[0]!, kernel, ...bias(layer)];
  const attributes = geometry(layer, size, groups);
  return activation(layer, (result) => graph.node("Conv", parts, result, attributes));
}

function geometry(layer: Written, size: readonly number[], groups: number): Parameters<Written["graph"]["node"]>[3] {
  const dilations = pair(layer.config["dilationRate"] ?? 1);
  return { ...window(layer, size, dilations), dilations, ...(groups > 1 && { group: groups }) };
}

function depthwise(layer: Written, name: string, [height, width, from, many]: Kernel): string {
  const kernel = permute(weight(layer, name)!, [height, width, from, many], [2, 3, 0, 1]);
  return layer.graph.floats(`${layer.name}.depthwise`, [from * many, 1, height, width], kernel);
}

function bias(layer: Written): string[] {
  const numbers = weight(layer, "bias");
  return numbers ? [layer.graph.floats(`${layer.name}.bias`, [numbers.length], numbers)] : [];
}
