import { inputError } from "./errors.ts";
import { parseSpec, readNumber, type SpecReader } from "./spec.ts";

/** How k-WTA passes a gradient back. The forward pass is the same in all. */
export type Backward =
  | { readonly kind: "exact" }
  | { readonly kind: "gate"; readonly temperature: number }
  | { readonly kind: "soft-top-k"; readonly temperature: number }
  | { readonly kind: "straight-through" }
  | { readonly kind: "relu" };

/**
 * Reads a choice of backward pass:
 *
 * - `"exact"`: the gradient itself: `dy` where x reaches the threshold, else 0. Training uses it.
 * - `"gate:T"`: the derivative of `x * sigmoid((x - t) / (T s))`, t the sample's threshold and s the standard deviation
 *   of its values, both held constant; T is 0.1 to 0.3 in practice. It shows an attack which losers are close to winning.
 * - `"soft-top-k:T"`: the derivative of `x * sigmoid((x - r) / (T s))` with the soft threshold r that makes the sum of
 *   the sigmoids k. Unlike t, r is not held: a value that rises pushes the others down. It costs several times what the
 *   gate does.
 * - `"straight-through"`: `dy`, as if k-WTA were the identity.
 * - `"relu"`: `dy` where x > 0, else 0.
 *
 * @throws Error that lists the choices
 */
export function parseBackward(spec: string): Backward {
  return parseSpec("backward pass", spec, BACKWARDS);
}

const BACKWARDS: Readonly<Record<Backward["kind"], SpecReader<Backward>>> = {
  exact: plain({ kind: "exact" }),
  gate: { usage: "gate:TEMPERATURE (such as gate:0.2)", read: tempered("gate") },
  "soft-top-k": { usage: "soft-top-k:TEMPERATURE", read: tempered("soft-top-k") },
  "straight-through": plain({ kind: "straight-through" }),
  relu: plain({ kind: "relu" }),
};

function plain(backward: Backward): SpecReader<Backward> {
  return { usage: backward.kind, read: (argument) => (argument === undefined ? backward : undefined) };
}

function tempered(kind: "gate" | "soft-top-k"): SpecReader<Backward>["read"] {
  return (argument) => {
    const temperature = readNumber(argument);
    if (temperature === undefined) return undefined;
    if (temperature > 0 && Number.isFinite(temperature)) return { kind, temperature };
    throw inputError(`The temperature of "${kind}:${argument}" must be a positive number. Use 0.1 to 0.3.`);
  };
}
