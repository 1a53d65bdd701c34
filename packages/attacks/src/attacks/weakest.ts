import type { Searching } from "../contract/search.ts";

/**
 * The least strength at which a change of the input reaches the goal: strengths in even steps up to 1, the first one that
 * reaches it, and bisection between that and the one before.
 *
 * @param change the input changed with a strength, from 0, where nothing changes, to 1
 */
export function* weakest(change: (strength: number) => Float32Array, steps: number): Searching<void> {
  for (let i = 1; i <= steps; i++) {
    const { values } = yield { points: [change(i / steps)] };
    if (values[0] === 1) return yield* halve(change, (i - 1) / steps, i / steps);
  }
}

/** Bisection between a strength that does not reach the goal and one that does. */
export function* halve(change: (strength: number) => Float32Array, low: number, high: number): Searching<void> {
  let [out, reached] = [low, high];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (out + reached) / 2;
    const { values } = yield { points: [change(middle)] };
    if (values[0] === 1) reached = middle;
    else out = middle;
  }
}

/** Queries of a bisection. */
export const HALVINGS = 12;
