import { InputError, show } from "@kwta/core";
import type { layers, LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";

/** One layer of a model and the tensors between it and the others. */
export interface GraphNode {
  readonly layer: layers.Layer;
  readonly kind: string;
  readonly inputs: readonly SymbolicTensor[];
  readonly output: SymbolicTensor;
}

/**
 * The layers of a model in an order in which they can be computed.
 *
 * @throws InputError when a layer is used twice, or is a model itself
 */
export function graphOf(model: LayersModel): GraphNode[] {
  const named = model.layers.filter((layer) => layer.getClassName() !== "InputLayer");
  return named.map((layer) => {
    if ("layers" in layer) refuse(layer, "is a model itself; take its layers into one model");
    const [node, ...others] = layer.inboundNodes;
    if (node === undefined || others.length > 0 || node.outputTensors.length !== 1) {
      return refuse(layer, `is used ${layer.inboundNodes.length} times, which is not supported`);
    }
    return { layer, kind: layer.getClassName(), inputs: node.inputTensors, output: node.outputTensors[0]! };
  });
}

function refuse(layer: layers.Layer, reason: string): never {
  throw new InputError(`Layer ${show(layer.name)} ${reason}.`);
}
