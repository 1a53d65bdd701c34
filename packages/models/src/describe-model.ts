import { KWTAAbs, KWTAChannel, kwtaLayers, winnerCount } from "@kwta/op";
import { util } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** What {@link describeModel} says. */
export interface ModelDescription {
  /** Numbers that training changes. */
  readonly parameters: number;
  /** Running means and variances of batch norm. */
  readonly statistics: number;
  /** Of one sample; null where any size will do. */
  readonly inputShape: readonly (number | null)[];
  readonly outputShape: readonly (number | null)[];
  /** How many layers of each class there are. */
  readonly layers: Readonly<Record<string, number>>;
  /** The k-WTA layers: of `size` values of a sample (or of one channel of it) that compete, `k` win. */
  readonly kwta: readonly {
    readonly layer: string;
    readonly gamma: number;
    readonly size: number;
    readonly k: number;
  }[];
}

/**
 * What a live model consists of, its k-WTA layers with the gamma that they have now.
 *
 * @throws Error when gamma of a layer cannot be used for its size
 */
export function describeModel(model: LayersModel): ModelDescription {
  const count = (weights: LayersModel["weights"]): number =>
    weights.reduce((sum, { shape }) => sum + util.sizeFromShape(shape as number[]), 0);
  const layers: Record<string, number> = {};
  for (const layer of model.layers) layers[layer.getClassName()] = (layers[layer.getClassName()] ?? 0) + 1;
  const parameters = count(model.trainableWeights);
  return {
    parameters,
    statistics: count(model.weights) - parameters,
    inputShape: model.inputs[0]!.shape.slice(1),
    outputShape: model.outputs[0]!.shape.slice(1),
    layers,
    kwta: kwtaLayers(model).map((layer) => {
      const shape = layer.outputShape.slice(1) as number[];
      // The kinds that let the positions of a channel compete by themselves.
      const perChannel = (layer instanceof KWTAChannel || layer instanceof KWTAAbs) && shape.length > 1;
      const size = util.sizeFromShape(perChannel ? shape.slice(0, -1) : shape);
      return { layer: layer.name, gamma: layer.gamma, size, k: winnerCount(size, layer.gamma) };
    }),
  };
}
