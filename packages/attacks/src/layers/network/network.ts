import * as tf from "@tensorflow/tfjs-core";
import type { layers, LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { hasKernel, writeLayer, type LineWriter, type Value, type Variable } from "./layer-lines.ts";

/** A model as the text that a backend's kernel `Network` computes in one call, with its weights. */
export interface Network {
  /** Whether the backend in use can compute it. */
  isThere(): boolean;
  /** The scores `[n, scores]` of x; no tape records it. */
  forward(x: tf.Tensor): tf.Tensor2D;
  /** The same with a gradient by x. */
  differentiable(x: tf.Tensor): tf.Tensor2D;
}

/**
 * The network that a model is in inference mode, which follows later changes of weights and sparsity.
 *
 * @returns undefined for a model with layers that no line can say: it is computed layer by layer
 */
export function networkOf(model: LayersModel): Network | undefined {
  const lines: (() => string)[] = [];
  const weights: Variable[] = [];
  const conditions = ["Network", "NetworkGradient"].map((kernel) => () => hasKernel(kernel));
  const writer: LineWriter = {
    weight: (variable) => (variable === null || variable === undefined ? -1 : weights.push(variable) - 1),
    line(name, inputs, args = []) {
      const start = `${name} ${inputs.join(" ")} | `;
      if (typeof args === "function") lines.push(() => start + args().join(" "));
      else {
        const text = start + args.join(" ");
        lines.push(() => text);
      }
      return lines.length;
    },
    needs: (condition) => void conditions.push(condition),
  };
  const result = write(model, writer);
  // What comes after the result would be computed in its place.
  if (result === undefined || lines.length === 0 || result.index !== lines.length || result.padding) return undefined;
  const sample = shapeOf(model.inputs[0]!);
  const call = (): { weights: tf.NamedTensorMap; network: string } => ({
    weights: Object.fromEntries(weights.map((each, i) => [`weight${i}`, each.read()])),
    network: lines.map((line) => line()).join("\n"),
  });
  return {
    isThere: () => conditions.every((condition) => condition()),
    forward: (x) => run(x, call(), false)[0],
    differentiable(x) {
      const apply = tf.customGrad((input, save) => {
        const now = call();
        const [value, tape] = run(input as tf.Tensor, now, true);
        (save as tf.GradSaveFunc)([tape]);
        const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]): tf.Tensor => {
          const { weights: own, network } = now;
          const attributes = { network, sample };
          const dx = tf.engine().runKernel("NetworkGradient", { dy, tape: saved!, ...own }, attributes) as tf.Tensor;
          return tf.reshape(dx, (input as tf.Tensor).shape);
        };
        return { value, gradFunc };
      });
      return apply(x) as tf.Tensor2D;
    },
  };
}

function run(
  x: tf.Tensor,
  { weights, network }: { weights: tf.NamedTensorMap; network: string },
  keep: boolean,
): [y: tf.Tensor2D, tape: tf.Tensor] {
  return tf.engine().runKernel("Network", { x, ...weights }, { network, keep }) as [tf.Tensor2D, tf.Tensor];
}

/** Writes all layers in their order, and returns the value that is the model's result. */
function write(model: LayersModel, writer: LineWriter): Value | undefined {
  const values = new Map<number, Value>();
  for (const { id, shape } of model.inputs) {
    if (shape.length < 2 || shape.length > 4) return undefined;
    values.set(id, { index: 0, shape: shape.slice(1) as number[] });
  }
  for (const layer of model.layers) {
    if (layer.getClassName() === "InputLayer") continue;
    const [node, ...others]: layers.Layer["inboundNodes"] = layer.inboundNodes;
    // Used in several places, or a model itself.
    if (node === undefined || others.length > 0 || node.outputTensors.length !== 1 || "layers" in layer)
      return undefined;
    const output = node.outputTensors[0]!;
    const inputs = node.inputTensors.map(({ id }) => values.get(id));
    if (!inputs.every((each) => each !== undefined)) return undefined;
    const value = writeLayer(writer, layer, inputs, shapeOf(output));
    if (value === undefined) return undefined;
    values.set(output.id, value);
  }
  return values.get(model.outputs[0]!.id);
}

function shapeOf({ shape }: SymbolicTensor): number[] {
  return shape.slice(1) as number[];
}
