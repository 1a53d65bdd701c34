import { parseBackward } from "./backward.ts";
import type { Weight } from "./running-average.ts";

/** What an activation layer is in a backend's network of steps. */
export interface NetworkStep {
  /** Its name there. A backend that has it has a kernel `Activation:NAME`. */
  readonly activation: string;
  /** Weights of the layer that it takes. @defaultValue none */
  readonly weights?: readonly Weight[];
  readonly arguments: readonly (string | number)[];
}

/** k-WTA over a whole sample; undefined where its gradient is none that a network has. */
export function kwtaStep(k: number, backward: string): NetworkStep | undefined {
  const gradient = networkGradient(backward);
  return gradient === undefined ? undefined : { activation: "kwta", arguments: [k, gradient] };
}

/**
 * How a network says a choice of gradient; undefined for one that it has not.
 *
 * @param competes whether values compete for places; where none do, soft top-k is the gate
 */
export function networkGradient(backward: string, competes = true): string | undefined {
  const choice = parseBackward(backward);
  if (!("temperature" in choice)) return choice.kind;
  return competes && choice.kind === "soft-top-k" ? undefined : `gate:${choice.temperature}`;
}
