import { asClassifier, type Classifier } from "@kwta/attacks";
import { foldBatchNorm, hasFoldableBatchNorm } from "@kwta/models";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { rangeOf } from "./kinds/kind.ts";
import type { VictimOptions } from "./victim-settings.ts";

/** A network as attacks see it. */
export interface FoldedClassifier {
  readonly classifier: Classifier;
  /** What its numbers depend on besides the weights: that batch norm was folded. */
  readonly environment: Readonly<Record<string, string>>;
  /** Frees what was made; the model stays. */
  dispose(): void;
}

/**
 * The classifier of a network that is only asked from here on: batch norm is folded, unless its own arithmetic is wanted. Its
 * digest stays that of the network, whose weights name what is kept of it.
 *
 * @param options the range of its images, and whether batch norm is computed as it stands
 */
export function foldedClassifier(
  model: LayersModel,
  options: Pick<VictimOptions, "bounds" | "mean" | "std" | "exactBatchNorm"> = {},
): FoldedClassifier {
  const own = asClassifier(model, rangeOf(options));
  if (options.exactBatchNorm === true || !hasFoldableBatchNorm(model)) {
    return { classifier: own, environment: {}, dispose: () => {} };
  }
  const folded = foldBatchNorm(model);
  return {
    classifier: { ...asClassifier(folded, rangeOf(options)), digest: () => own.digest!() },
    environment: { batchNorm: "folded into the layers before it" },
    dispose: () => void folded.dispose(),
  };
}
