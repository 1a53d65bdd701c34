import { provenanceOf, type Classifier } from "@kwta/attacks";
import { digest, InputError, stableJson } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Unit } from "./unit.ts";

/** Names for what is kept of an evaluation; see {@link PartStore}. */
export interface PartKeys {
  /** The key of a unit: the same for units that differ in their samples alone. */
  keyOf(unit: Omit<Unit, "x" | "labels" | "ids" | "targets" | "clean" | "start">): Promise<string>;
  /** The digest of a sample, at a position, that an attack begins with at `start`. */
  sampleOf(position: number, start: Float32Array | undefined): Promise<string>;
}

/** What keys are made of besides the unit. */
export interface KeySettings {
  readonly classifier: Classifier;
  /** What else the numbers depend on. */
  readonly environment: Readonly<Record<string, string | number>>;
  readonly pixelsOf: (position: number) => Float32Array;
  readonly labels: Int32Array;
  readonly ids: Int32Array;
  readonly targets: Int32Array | undefined;
}

/**
 * Digests of the model's weights, of the attack with all parameters, of every setting, and of each sample, so that kept work
 * belongs to what made it. The batch size, the number of workers and the other samples change no result, and are no part of them.
 */
export function partKeys({ classifier, environment, pixelsOf, labels, ids, targets }: KeySettings): PartKeys {
  let model: Promise<string> | undefined;
  const samples = new Map<number, Promise<string>>();
  const plain = (position: number): Promise<string> => {
    const own = [labels, ids, ...(targets === undefined ? [] : [targets])].map((each) => each[position]!);
    const found = samples.get(position) ?? digest(pixelsOf(position), Int32Array.from(own));
    samples.set(position, found);
    return found;
  };
  return {
    async keyOf({ attack, threat, aim, seed, passes, draws, shape, keepPoints, keepBest }) {
      model ??= modelDigest(classifier);
      const { norm, bounds, eps } = threat;
      const settings = [norm, bounds, String(eps), aim, seed, passes, draws, shape.slice(1), keepPoints, keepBest];
      const where = [environment, tf.getBackend()];
      return digest(stableJson([await model, provenanceOf(attack), settings, where]));
    },
    async sampleOf(position, start) {
      const own = await plain(position);
      return start === undefined ? own : digest(own, start);
    },
  };
}

async function modelDigest(classifier: Classifier): Promise<string> {
  if (classifier.digest !== undefined) return classifier.digest();
  throw new InputError(
    "Nothing can be kept of this classifier, since it has no digest(). Give it one, or keep no parts.",
  );
}
