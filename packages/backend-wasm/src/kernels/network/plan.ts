import { wasmCode } from "../../host/_wasm-code.ts";
import type { Call } from "./step.ts";

/** Where a value lies: so many floats of each sample from the beginning of some memory. */
export interface Place {
  readonly area: "x" | "y" | "dy" | "dx" | "tape" | "arena";
  readonly offset: number;
}

/** Something to do in a call, given where places are. */
export type Task = (call: Call, at: (place: Place) => number, constants: number) => void;

/** What is to be done, in this order, and how much memory it takes for each sample. */
export interface Plan {
  readonly tasks: readonly Task[];
  readonly arena: number;
}

/** Copies a value of so many floats. */
export function copyTask(from: Place, to: Place, size: number): Task {
  return ({ host, count }, at) => host.run(wasmCode, "copyRows", count, [at(from), at(to), count, size, size, size, 1]);
}
