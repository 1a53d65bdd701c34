import { list, object, positive, text, type Check } from "../contract/data-checks.ts";
import { accuraciesOrNull, attackLabels, type Accuracies, type AttackLabels } from "../shared/accuracies/data.ts";

/** One network of {@link Figure6Data}. */
export interface TrainingSweep {
  readonly label: string;
  /** Radius of the attacks, for images in [0, 1]. */
  readonly eps: number;
  readonly rows: readonly {
    readonly gamma: number;
    readonly direct: Accuracies | null;
    readonly incremental: Accuracies | null;
  }[];
}

/** Training at small gamma directly, or through larger ones. */
export interface Figure6Data {
  readonly attacks: AttackLabels;
  readonly networks: readonly TrainingSweep[];
}

/** @see Figure6Data */
export const check: Check = object({
  attacks: attackLabels,
  networks: list(
    object({
      label: text,
      eps: positive,
      rows: list(object({ gamma: positive, direct: accuraciesOrNull, incremental: accuraciesOrNull }), 1),
    }),
    1,
  ),
});
