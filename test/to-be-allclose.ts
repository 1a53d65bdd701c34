import { expect } from "vitest";

/** How far numbers may be from what is expected: by `atol + rtol * |expected|`, as in NumPy, plus a share of the largest. */
export interface Tolerance {
  /** @defaultValue 1e-5 */
  readonly rtol?: number;
  /** @defaultValue 1e-8 */
  readonly atol?: number;
  /** As a share of the largest expected size: for numbers that come from sums of cancelling terms. @defaultValue 0 */
  readonly ofLargest?: number;
}

/** Arrays of numbers, nested or not, typed or not, and tensors. */
export type Numbers =
  | number
  | ArrayLike<number>
  | readonly Numbers[]
  | { readonly shape: readonly number[]; dataSync(): ArrayLike<number> };

declare module "vitest" {
  interface Matchers<T> {
    /** All numbers are there, in the same order, each within the tolerance; NaN is close to NaN alone. */
    toBeAllclose(expected: Numbers, tolerance?: Tolerance): T;
  }
}

expect.extend({
  toBeAllclose(received: Numbers, expected: Numbers, { rtol = 1e-5, atol = 1e-8, ofLargest = 0 }: Tolerance = {}) {
    const [found, wanted] = [flat(received), flat(expected)];
    if (found.length !== wanted.length) {
      return { pass: false, message: () => `There are ${found.length} numbers in place of ${wanted.length}.` };
    }
    const room = atol + ofLargest * wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const isFar = (i: number): boolean => {
      const [a, b] = [found[i]!, wanted[i]!];
      return !Object.is(a, b) && a !== b && !(Math.abs(a - b) <= room + rtol * Math.abs(b));
    };
    const far = [...wanted.keys()].filter(isFar);
    const error = (i: number): number => Math.abs(found[i]! - wanted[i]!);
    const worst = far.reduce((a, b) => (error(b) > error(a) ? b : a), far[0] ?? 0);
    return {
      pass: far.length === 0,
      message: () =>
        far.length === 0
          ? "All numbers are close, and should not be."
          : `${far.length} of ${wanted.length} numbers are not close; at ${worst}: ${found[worst]} in place of ${wanted[worst]}.`,
    };
  },
});

function flat(numbers: Numbers): number[] {
  if (typeof numbers === "number") return [numbers];
  if ("dataSync" in numbers) return Array.from(numbers.dataSync());
  return Array.from<Numbers, number[]>(numbers as ArrayLike<Numbers>, flat).flat();
}
