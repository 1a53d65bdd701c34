/** One point that an attack asked about. */
export interface TracePoint {
  readonly id: number;
  /** Which query of its sample it was, counted from 1. */
  readonly query: number;
  /** Positive where the point is adversarial; NaN where a score is not finite. */
  readonly margin: number;
  readonly predicted: number;
  /** From the input, in the norm of the threat model. */
  readonly distance: number;
  /** At most 1 in ball and box: only such points count. */
  readonly excess: number;
}
