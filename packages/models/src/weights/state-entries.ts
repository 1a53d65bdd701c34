import type { layers, LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { isNormalization } from "../build/normalization.ts";

/** One weight of a model and what PyTorch and Keras call it. */
export interface StateEntry {
  /** PyTorch's name, `conv1.weight`. */
  readonly name: string;
  /** Keras's name, `conv1/kernel`; its shape is that of `weight`. */
  readonly keras: string;
  readonly weight: layers.Layer["weights"][number];
  /** PyTorch's shape. */
  readonly shape: readonly number[];
  /** The shape to see PyTorch's data in before its axes are turned, where they are. */
  readonly from?: readonly number[];
  /** Which axes of PyTorch's data, seen as `from`, make ours: OIHW to HWIO is [2, 3, 1, 0]. */
  readonly axes?: readonly number[];
}

/** PyTorch's word for each of ours. */
const NAMES: Readonly<Record<string, string>> = {
  kernel: "weight",
  depthwise_kernel: "weight",
  bias: "bias",
  gamma: "weight",
  beta: "bias",
  moving_mean: "running_mean",
  moving_variance: "running_var",
};

/** What a PyTorch network of the same layers holds, in order. A normalisation in front is not part of it. */
export function stateEntries(model: LayersModel): StateEntry[] {
  return model.layers.filter((layer) => !isNormalization(layer)).flatMap(layerEntries);
}

/** The way back from turned axes. */
export function turnBack(axes: readonly number[]): number[] {
  return axes.map((_, axis) => axes.indexOf(axis));
}

function layerEntries(layer: layers.Layer): StateEntry[] {
  return layer.weights.map((weight) => {
    const ours = weight.originalName.slice(weight.originalName.lastIndexOf("/") + 1);
    const shape = weight.shape as number[];
    const entry = { name: `${layer.name}.${NAMES[ours] ?? ours}`, keras: `${layer.name}/${ours}`, weight };
    const [height, width, inputs, outputs] = shape as [number, number, number, number];
    if (ours === "depthwise_kernel") {
      const from = [inputs, outputs, height, width];
      return { ...entry, shape: [inputs * outputs, 1, height, width], from, axes: [2, 3, 0, 1] };
    }
    if (ours !== "kernel") return { ...entry, shape };
    if (shape.length === 4) {
      const oihw = [outputs, inputs, height, width];
      return { ...entry, shape: oihw, from: oihw, axes: [2, 3, 1, 0] };
    }
    const [rows, columns] = shape as [number, number];
    const from = [columns, ...flattened(layer, rows)];
    return { ...entry, shape: [columns, rows], from, axes: from.length === 4 ? [2, 3, 1, 0] : [1, 0] };
  });
}

/** The inputs of a dense layer as PyTorch orders them: [channels, height, width] after a flatten, else one axis. */
function flattened(layer: layers.Layer, inputs: number): number[] {
  const { sourceLayer } = layer.input as SymbolicTensor;
  const shape = sourceLayer.getClassName() === "Flatten" ? (sourceLayer.input as SymbolicTensor).shape : [];
  const [, height, width, channels] = shape;
  return shape.length === 4 ? [channels!, height!, width!] : [inputs];
}
