import { list, object, positive, text, type Check } from "../contract/data-checks.ts";
import {
  accuracies,
  accuraciesOrNull,
  attackLabels,
  type Accuracies,
  type AttackLabels,
} from "../shared/accuracies/data.ts";

/** One network of {@link Figure4Data}. */
export interface GammaSweep {
  readonly label: string;
  /** Radius of the attacks, for images in [0, 1]. */
  readonly eps: number;
  readonly rows: readonly (Accuracies & { readonly gamma: number })[];
  /** The same network with ReLU, drawn as a reference. */
  readonly relu: Accuracies | null;
}

/** Accuracy over the sparsity ratio gamma: the same networks at each eps. */
export interface Figure4Data {
  readonly attacks: AttackLabels;
  readonly networks: readonly GammaSweep[];
}

/** @see Figure4Data */
export const check: Check = object({
  attacks: attackLabels,
  networks: list(
    object({
      label: text,
      eps: positive,
      rows: list(object({ gamma: positive, ...accuracies }), 1),
      relu: accuraciesOrNull,
    }),
    1,
  ),
});
