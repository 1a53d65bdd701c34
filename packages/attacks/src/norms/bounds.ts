import { InputError, show } from "@kwta/core";

/** The range of the data: every value of an input, perturbed or not, lies in it. Not to be mistaken for `eps`. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * Returns the bounds unchanged.
 *
 * @throws InputError when they are not two finite numbers in ascending order
 */
export function checkBounds(bounds: Bounds): Bounds {
  if (Number.isFinite(bounds.min) && Number.isFinite(bounds.max) && bounds.min < bounds.max) return bounds;
  throw new InputError(
    `The data range is ${show(bounds)}. It takes two finite numbers, min below max: { min: 0, max: 1 }.`,
  );
}
