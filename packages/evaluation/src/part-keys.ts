import { provenanceOf, type Attack, type CheckedSamples, type Classifier, type ThreatModel } from "@kwta/attacks";
import { digest, InputError, stableJson } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";

/** The key of what an attack does at an eps, after it was run at smaller ones, on the first `n` samples. */
export type PartKeys = (attack: Attack, n: number, threat: ThreatModel, smaller: readonly number[]) => Promise<string>;

/**
 * Keys under which parts of an evaluation are kept: digests of the model's weights, of images and labels, of the attack with
 * all parameters, and of every setting, so that kept work belongs to what made it. The batch size changes no result and is
 * no part of it.
 */
export function partKeys(
  classifier: Classifier,
  samples: CheckedSamples,
  settings: Readonly<Record<string, unknown>>,
): PartKeys {
  let shared: Promise<string> | undefined;
  return async (attack, n, threat, smaller) => {
    shared ??= sharedDigest(classifier, samples, settings);
    return digest(stableJson([await shared, provenanceOf(attack), n, threat, smaller]));
  };
}

async function sharedDigest(
  classifier: Classifier,
  { x, labels, ids }: CheckedSamples,
  settings: Readonly<Record<string, unknown>>,
): Promise<string> {
  if (classifier.digest === undefined) {
    throw new InputError(
      "Nothing can be kept of this classifier, since it has no digest(). Give it one, or keep no parts.",
    );
  }
  const model = await classifier.digest();
  return digest(stableJson([model, settings, x.shape, tf.getBackend()]), await x.data(), labels, ids);
}
