/** A measured number; `null` where it is not finite, as JSON writes it. */
export type Measured = number | null;

/** A number for a data file: six digits are more than a picture shows; `null` where it is not finite. */
export function measured(value: number): Measured {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}
