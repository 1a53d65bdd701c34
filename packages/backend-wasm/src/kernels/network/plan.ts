import { wasmCode } from "../../host/_wasm-code.ts";
import type { Network } from "./network.ts";
import type { Call } from "./step.ts";

/** Memory of a call. The tape of a network that is trained has a part for each of its lines. */
export type Area = "x" | "y" | "dy" | "dx" | "tape" | "arena" | `tape ${number}`;

/** Where a value lies: so many floats of each sample from the beginning of some memory. */
export interface Place {
  readonly area: Area;
  readonly offset: number;
}

/** Addresses of memory that is not of samples. */
export interface Fixed {
  /** Of the steps' constants. */
  readonly constants: number;
  /** Of what batch norms leave for their gradients. */
  readonly statistics: number;
  /** Of moving statistics, two for each batch norm. */
  readonly moved: readonly number[];
  /** Of the gradients by weights. */
  readonly byWeights: readonly number[];
}

/** Something to do in a call, given where places are. */
export type Task = (call: Call, at: (place: Place) => number, fixed: Fixed) => void;

/** What is to be done, in this order, and how much memory it takes for each sample. */
export interface Plan {
  readonly tasks: readonly Task[];
  readonly arena: number;
}

/** Copies a value of so many floats. */
export function copyTask(from: Place, to: Place, size: number): Task {
  return ({ host, count }, at) => host.run(wasmCode, "copyRows", count, [at(from), at(to), count, size, size, size, 1]);
}

/** Where that lies which is not of samples and belongs to step i. */
export function fixedOf(
  { constants, statistics, moving }: Network,
  i: number,
): (fixed: Fixed) => Pick<Fixed, "constants" | "statistics" | "moved"> {
  const before = 2 * moving.slice(0, i).filter((channels) => channels !== undefined).length;
  return (fixed) => ({
    constants: fixed.constants + 4 * constants[i]!,
    statistics: fixed.statistics + 4 * statistics[i]!,
    moved: fixed.moved.slice(before, before + 2),
  });
}
