import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { model as functional, type layers, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { graphOf, type GraphNode } from "./build/graph.ts";

/**
 * The same function in inference mode with less to compute: batch norm that follows a convolution (of rows or images,
 * depthwise too) or a dense layer becomes part of its weights, `w' = w g / sqrt(v + e)` and
 * `b' = (b - m) g / sqrt(v + e) + beta`. Batch norm elsewhere (before the convolution, as in WideResNet and DenseNet)
 * stays. For evaluating and attacking; not for training.
 *
 * Results differ by rounding alone. In a net with k-WTA, rounding can make another value win where two are nearly equal.
 *
 * The new model shares nothing with the old one: later changes of weights or gamma do not reach it.
 *
 * @returns a model that the caller disposes
 * @throws InputError when a layer is used more than once or is a model itself
 */
export function foldBatchNorm(model: LayersModel): LayersModel {
  const nodes = graphOf(model);
  const norms = foldable(nodes, model.outputs);
  const folded = new Map([...norms].map(([norm, linear]) => [linear, norm]));
  const made = new Map<number, SymbolicTensor>(model.inputs.map((tensor) => [tensor.id, tensor]));
  const writes: (() => void)[] = [];
  for (const node of nodes) {
    const inputs = node.inputs.map(({ id }) => made.get(id)!);
    if (norms.has(node)) {
      made.set(node.output.id, inputs[0]!);
      continue;
    }
    const norm = folded.get(node);
    const copy = copyOf(node.layer, norm && { useBias: true, biasInitializer: "zeros" });
    made.set(node.output.id, copy.apply(inputs.length === 1 ? inputs[0]! : inputs) as SymbolicTensor);
    writes.push(() => (norm ? writeFolded(copy, node.layer, norm.layer) : copy.setWeights(node.layer.getWeights())));
  }
  const outputs = model.outputs.map(({ id }) => made.get(id)!);
  const result = functional({ inputs: model.inputs, outputs, name: `${model.name}-folded` });
  for (const write of writes) tf.tidy(write);
  return result;
}

/**
 * Whether {@link foldBatchNorm} has anything to do: a batch norm right after a convolution or a dense layer, in a model of
 * plain layers that are used once each.
 */
export function hasFoldableBatchNorm(model: LayersModel): boolean {
  try {
    return foldable(graphOf(model), model.outputs).size > 0;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** The layers that batch norm can become part of. */
const LINEAR: ReadonlySet<string> = new Set(["Conv1D", "Conv2D", "DepthwiseConv2D", "Dense"]);

/** Each batch norm whose input is the result of a linear layer and goes nowhere else, with that layer. */
function foldable(nodes: readonly GraphNode[], outputs: readonly SymbolicTensor[]): Map<GraphNode, GraphNode> {
  const byOutput = new Map(nodes.map((node) => [node.output.id, node]));
  const uses = new Map<number, number>();
  for (const { id } of [...nodes.flatMap(({ inputs }) => inputs), ...outputs]) uses.set(id, (uses.get(id) ?? 0) + 1);
  const pairs = nodes.flatMap((node): [GraphNode, GraphNode][] => {
    const before = byOutput.get(node.inputs[0]!.id);
    if (node.kind !== "BatchNormalization" || before === undefined || uses.get(before.output.id) !== 1) return [];
    return LINEAR.has(before.kind) && config(before.layer)["activation"] === "linear" && isLast(node)
      ? [[node, before]]
      : [];
  });
  return new Map(pairs);
}

function isLast({ layer, output }: GraphNode): boolean {
  const axis = config(layer)["axis"];
  return axis === -1 || axis === output.shape.length - 1;
}

function config(layer: layers.Layer): Record<string, unknown> {
  return layer.getConfig();
}

interface LayerClass {
  fromConfig(cls: unknown, config: Record<string, unknown>): layers.Layer;
}

function copyOf(layer: layers.Layer, changes: Record<string, unknown> = {}): layers.Layer {
  const cls = layer.constructor as unknown as LayerClass;
  return cls.fromConfig(cls, { ...config(layer), ...changes });
}

function writeFolded(copy: layers.Layer, linear: layers.Layer, norm: layers.Layer): void {
  const of = (layer: layers.Layer, name: string): tf.Tensor | undefined =>
    layer.weights.find(({ originalName }) => originalName.endsWith(`/${name}`))?.read();
  const epsilon = config(norm)["epsilon"] as number;
  const [gamma, beta, bias] = [of(norm, "gamma"), of(norm, "beta"), of(linear, "bias")];
  const deviation = tf.sqrt(tf.add(of(norm, "moving_variance")!, epsilon));
  const scale = gamma ? tf.div(gamma, deviation) : tf.reciprocal(deviation);
  const mean = of(norm, "moving_mean")!;
  const shift = tf.mul(bias ? tf.sub(bias, mean) : tf.neg(mean), scale);
  const depthwise = of(linear, "depthwise_kernel");
  // Of [height, width, channels, multiplier], whose last two make up the channels of the output.
  const scales = depthwise ? tf.reshape(scale, depthwise.shape.slice(2)) : scale;
  copy.setWeights([tf.mul(depthwise ?? of(linear, "kernel")!, scales), beta ? tf.add(shift, beta) : shift]);
}
