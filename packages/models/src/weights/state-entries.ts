import type { layers, LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";

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

/** Which axes of PyTorch's data, seen as `from`, make ours: OIHW to HWIO, [outputs, inputs] to [inputs, outputs]. */
export function turn(from: readonly number[]): number[] {
  return from.length === 4 ? [2, 3, 1, 0] : [1, 0];
}

/** The way back from {@link turn}. */
export function turnBack(from: readonly number[]): number[] {
  return from.length === 4 ? [3, 2, 0, 1] : [1, 0];
}

function layerEntries(layer: layers.Layer): StateEntry[] {
  return layer.weights.map((weight) => {
    const ours = weight.originalName.slice(weight.originalName.lastIndexOf("/") + 1);
    const shape = weight.shape as number[];
    const entry = { name: `${layer.name}.${NAMES[ours] ?? ours}`, keras: `${layer.name}/${ours}`, weight };
    if (ours !== "kernel") return { ...entry, shape };
    if (shape.length === 4) {
      const [height, width, inputs, outputs] = shape as [number, number, number, number];
      const oihw = [outputs, inputs, height, width];
      return { ...entry, shape: oihw, from: oihw };
    }
    const [inputs, outputs] = shape as [number, number];
    return { ...entry, shape: [outputs, inputs], from: [outputs, ...flattened(layer, inputs)] };
  });
}

/** The inputs of a dense layer as PyTorch orders them: [channels, height, width] after a flatten, else one axis. */
function flattened(layer: layers.Layer, inputs: number): number[] {
  const { sourceLayer } = layer.input as SymbolicTensor;
  const shape = sourceLayer.getClassName() === "Flatten" ? (sourceLayer.input as SymbolicTensor).shape : [];
  const [, height, width, channels] = shape;
  return shape.length === 4 ? [channels!, height!, width!] : [inputs];
}
