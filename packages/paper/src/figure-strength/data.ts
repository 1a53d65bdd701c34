import {
  also,
  increasing,
  list,
  object,
  positive,
  sameLength,
  text,
  whole,
  type Check,
} from "../contract/data-checks.ts";
import { standing, type Standing } from "../shared/accuracies/data.ts";

/** One network under PGD of growing strength. */
export interface StrengthLine {
  readonly label: string;
  readonly activation: string;
  readonly clean: Standing;
  /** After so many steps of one start, if the last point counts. */
  readonly last: readonly Standing[];
  /** If the best point counts. */
  readonly best: readonly Standing[];
  /** After 1, 2, ... starts of the most steps, if the best point counts. */
  readonly starts: readonly Standing[];
}

/** One width of the k-WTA network. */
export interface WidthRow {
  /** Channels of the first block. */
  readonly width: number;
  readonly clean: Standing;
  /** The last point of ten steps. */
  readonly weak: Standing;
  /** The best point of all starts. */
  readonly strong: Standing;
  /** The same through the gate, in the worst case with `strong`. */
  readonly gate: Standing;
}

/** How much of what looks robust is the attack's weakness, and how much the net's width. */
export interface StrengthData {
  /** Radius of the attacks, for images in [0, 1]. */
  readonly eps: number;
  /** Steps of `last` and `best`, rising. */
  readonly steps: readonly number[];
  readonly nets: readonly StrengthLine[];
  /** By rising width; empty where the nets are not trained. */
  readonly widths: readonly WidthRow[];
}

/** Steps of an attack that is called weak. */
export const WEAK = 10;

/** @see StrengthData */
export const check: Check = also<StrengthData>(
  object({
    eps: positive,
    steps: increasing,
    nets: list(
      object({
        label: text,
        activation: text,
        clean: standing,
        last: list(standing),
        best: list(standing),
        starts: list(standing, 1),
      }),
    ),
    widths: list(object({ width: whole, clean: standing, weak: standing, strong: standing, gate: standing })),
  }),
  ({ steps, nets }, path) => {
    for (const [i, { last, best }] of nets.entries()) {
      sameLength(last, `${path}.nets[${i}].last`, steps, "steps");
      sameLength(best, `${path}.nets[${i}].best`, steps, "steps");
    }
  },
);
