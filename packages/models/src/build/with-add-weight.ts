import { layers } from "@tensorflow/tfjs-layers";

/** A weight of a layer. */
export type Weight = layers.Layer["weights"][number];

/** The method by which all layers, also those of other packages, make their weights. */
export type AddWeight = (
  this: layers.Layer,
  name: string,
  shape: readonly number[],
  dtype?: unknown,
  initialiser?: unknown,
  regulariser?: unknown,
  trainable?: boolean,
  constraint?: unknown,
) => Weight;

/**
 * Runs `build` with another way to make weights.
 *
 * @param replace receives the way that it replaces
 * @param build must not wait for anything
 */
export function withAddWeight<T>(replace: (own: AddWeight) => AddWeight, build: () => T): T {
  const prototype = layers.Layer.prototype as unknown as { addWeight: AddWeight };
  const { addWeight } = prototype;
  prototype.addWeight = replace(addWeight);
  try {
    return build();
  } finally {
    prototype.addWeight = addWeight;
  }
}
