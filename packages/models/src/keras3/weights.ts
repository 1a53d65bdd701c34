import type { io } from "@tensorflow/tfjs-core";

/** A layer's weights, in the order in which Keras 3 numbers them. */
export interface WeightOwner {
  /** Where `.keras` files have them: `"layers/conv2d_1"`. */
  readonly path: string;
  /** Its name, which other files of Keras have before that of the weight. */
  readonly name: string;
  /** The first part of TensorFlow.js's names. */
  readonly layer: string;
  /** The last part of Keras's names, and of TensorFlow.js's. */
  readonly names: readonly (readonly [keras: string, ours: string])[];
}

/**
 * The weights by the names that TensorFlow.js will look for: `"dense/kernel"`. Keras 3 writes `"sequential/dense/kernel"` and
 * `"sequential/gru/gru_cell/kernel"`, and from `.keras` files `"layers/dense/vars/0"`. What belongs to no layer, such as the
 * state of an optimizer or of a random generator, is marked as the optimizer's and so left out.
 */
export function renameWeights(
  specs: readonly io.WeightsManifestEntry[],
  owners: readonly WeightOwner[],
): io.WeightsManifestEntry[] {
  const numbered = new Map(
    owners.flatMap(({ path, layer, names }) => names.map(([, ours], i) => [`${path}/vars/${i}`, `${layer}/${ours}`])),
  );
  const named = new Map(
    owners.flatMap(({ name, layer, names }) => names.map(([keras, ours]) => [`${name}/${keras}`, `${layer}/${ours}`])),
  );
  return specs.map((spec) => {
    const found = numbered.get(spec.name) ?? endings(spec.name).flatMap((each) => named.get(each) ?? [])[0];
    const name = found ?? spec.name;
    return { ...spec, name, ...(STATE.test(name) && { group: "optimizer" as const }) };
  });
}

const STATE =
  /^(?:optimizer|compile_metrics|loss_tracker)\/|\/seed_generator(?:\/|$)|\/(?:seed_generator_state|count)$/;

/** `layer/weight` at the end of a path, where the cell of a recurrent layer may stand between the two. */
function endings(path: string): string[] {
  const parts = path.split("/");
  const weight = parts.at(-1)!;
  return [path, ...[2, 3].flatMap((i) => parts.at(-i) ?? []).map((layer) => `${layer}/${weight}`)];
}
