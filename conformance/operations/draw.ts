import { keyedRandom } from "@kwta/core";

/** Random sizes and numbers of one case. */
export interface Draw {
  /** A whole number, both ends included. */
  whole(low: number, high: number): number;
  pick<T>(...choices: readonly T[]): T;
  /** Whole numbers. */
  wholes(count: number, low: number, high: number): number[];
  order(count: number): number[];
  /** Numbers in [low, high), no two of them equal or near: no maximum is a matter of the order. */
  numbers(count: number, low?: number, high?: number): number[];
}

/** The draws of a case depend on its operation, its number and the seed alone. */
export function drawFor(seed: number, operation: string, number: number): Draw {
  let next = 0;
  const one = (): number => keyedRandom(seed, "operations", operation, number, next++).at(0);
  const whole = (low: number, high: number): number => low + Math.min(high - low, Math.floor(one() * (high - low + 1)));
  return {
    whole,
    pick: (...choices) => choices[whole(0, choices.length - 1)]!,
    wholes: (count, low, high) => Array.from({ length: count }, () => whole(low, high)),
    order: (count) => [...keyedRandom(seed, "operations", operation, number, next++).permutation(count)],
    numbers(count, low = -1, high = 1) {
      const random = keyedRandom(seed, "operations", operation, number, next++);
      // Each in a part of its own.
      const within = random.uniform(new Float32Array(count), 0.1, 0.9);
      return [...random.permutation(count)].map((part, i) =>
        Math.fround(low + ((part + within[i]!) / count) * (high - low)),
      );
    },
  };
}
