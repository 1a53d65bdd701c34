import { list, object, orNull, positive, share, text, type Check } from "../contract/data-checks.ts";
import { standing, type Standing } from "../shared/accuracies/data.ts";
import type { Published } from "./published.ts";

/** One network of a table, with what stands in its columns. */
export interface ResultRow {
  /** The block: `"ResNet18"`. */
  readonly network: string;
  /** How it was trained: `"adversarial"`, `"fast adversarial"`. */
  readonly method: string;
  /** How long, on how many images, at which size of the perturbation: `"2 epochs of 20,000, ε = 4/255"`. */
  readonly training: string;
  readonly activation: string;
  readonly clean: Standing;
  /** After each attack of the paper alone, in the order of the table's `attacks`. */
  readonly attacks: readonly Standing[];
  /** After the attack on the ReLU net of standard training; null where the row is that net. */
  readonly transfer: Standing | null;
  /** In the worst case of these. */
  readonly worst: Standing;
  /** In the worst case of these and of the protocol `adaptive`. */
  readonly adaptive: Standing;
}

/** A network that a table has no numbers of, since it is not trained yet. */
export type UntrainedRow = Pick<ResultRow, "network" | "method" | "activation">;

/** A table of the paper: training methods and activations, under each attack. */
export interface ResultTable {
  readonly dataset: string;
  /** Radius of the attacks, for images in [0, 1]. */
  readonly eps: number;
  /** Ids of the paper's attacks. */
  readonly attacks: readonly string[];
  /** The protocol behind the last column: `"adaptive@3 - square"`. */
  readonly protocol: string;
  readonly rows: readonly ResultRow[];
  readonly untrained: readonly UntrainedRow[];
  readonly published: readonly Published[];
}

/** @see ResultTable */
export const check: Check = object({
  dataset: text,
  eps: positive,
  attacks: list(text, 1),
  protocol: text,
  rows: list(
    object({
      network: text,
      method: text,
      training: text,
      activation: text,
      clean: standing,
      attacks: list(standing, 1),
      transfer: orNull(standing),
      worst: standing,
      adaptive: standing,
    }),
    1,
  ),
  untrained: list(object({ network: text, method: text, activation: text })),
  published: list(object({ network: text, method: text, activation: text, column: text, value: share, source: text })),
});
