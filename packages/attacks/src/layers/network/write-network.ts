import * as tf from "@tensorflow/tfjs-core";
import type { layers, LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { hasKernel, writeLayer, type LineWriter, type Value, type Variable } from "./layer-lines.ts";

/** The lines of a network as they are now, and its weights. */
export interface Written {
  readonly weights: tf.NamedTensorMap;
  readonly network: string;
}

/** A model as lines, each of which one step of a backend's kernels computes. */
export interface Lines {
  /** How many. */
  readonly count: number;
  /** The shape of one sample. */
  readonly sample: readonly number[];
  /** Whether the backend in use can compute them. */
  isThere(): boolean;
  now(): Written;
}

/**
 * Writes a model as lines, which follow later changes of weights and sparsity.
 *
 * @param kernels that are needed
 * @param trained see {@link LineWriter.trained}
 * @returns undefined for a model with layers that no line can say, or with several inputs or outputs
 */
export function writeNetwork(
  model: LayersModel,
  kernels: readonly string[],
  trained?: LineWriter["trained"],
): Lines | undefined {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) return undefined;
  const lines: (() => string)[] = [];
  const weights: Variable[] = [];
  const conditions = kernels.map((kernel) => () => hasKernel(kernel));
  const writer: LineWriter = {
    trained,
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
  return {
    count: lines.length,
    sample: shapeOf(model.inputs[0]!),
    isThere: () => conditions.every((condition) => condition()),
    now: () => ({
      weights: Object.fromEntries(weights.map((each, i) => [`weight${i}`, each.read()])),
      network: lines.map((line) => line()).join("\n"),
    }),
  };
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
