import type { layers, LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";

/** One weight of a model and what PyTorch calls it. */
export interface StateEntry {
  /** PyTorch's name. */
  readonly name: string;
  readonly weight: layers.Layer["weights"][number];
  /** PyTorch's shape. */
  readonly shape: readonly number[];
  /** The shape to see the data in before its axes are turned, where they are. */
  readonly from?: readonly number[];
}

/** PyTorch's word for each of ours. */
const NAMES: Readonly<Record<string, string>> = {
  kernel: "weight",
  bias: "bias",
  gamma: "weight",
  beta: "bias",
  moving_mean: "running_mean",
  moving_variance: "running_var",
};

/** What a PyTorch network of the same layers holds, in order. */
export function stateEntries(model: LayersModel): StateEntry[] {
  return model.layers.flatMap(layerEntries);
}

function layerEntries(layer: layers.Layer): StateEntry[] {
  return layer.weights.map((weight) => {
    const ours = weight.originalName.slice(weight.originalName.lastIndexOf("/") + 1);
    const name = `${layer.name}.${NAMES[ours] ?? ours}`;
    const shape = weight.shape as number[];
    if (ours !== "kernel") return { name, weight, shape };
    if (shape.length === 4) {
      const [height, width, inputs, outputs] = shape as [number, number, number, number];
      const oihw = [outputs, inputs, height, width];
      return { name, weight, shape: oihw, from: oihw };
    }
    const [inputs, outputs] = shape as [number, number];
    return { name, weight, shape: [outputs, inputs], from: [outputs, ...flattened(layer, inputs)] };
  });
}

/** The inputs of a dense layer as PyTorch orders them: [channels, height, width] after a flatten, else one axis. */
function flattened(layer: layers.Layer, inputs: number): number[] {
  const { sourceLayer } = layer.input as SymbolicTensor;
  const shape = sourceLayer.getClassName() === "Flatten" ? (sourceLayer.input as SymbolicTensor).shape : [];
  const [, height, width, channels] = shape;
  return shape.length === 4 ? [channels!, height!, width!] : [inputs];
}
