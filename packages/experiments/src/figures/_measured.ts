import type { Measured } from "@kwta/viz";

/** A number for a data file: six digits are more than a picture shows; `null` where it is not finite. */
export function measured(value: number): Measured {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}
