import type { UnitOutcome } from "../units/unit.ts";

/** What an attack did to one sample. */
export interface SampleOutcome {
  readonly success: boolean;
  readonly predicted: number;
  readonly margin: number | null;
  readonly distance: number | null;
  readonly queries: number;
  readonly gradients: number;
  /** Base64. */
  readonly point: string | null;
}

/** The outcome of a unit, sample by sample. */
export function sampleOutcomes(outcome: UnitOutcome): SampleOutcome[] {
  return outcome.success.map((success, i) => ({
    success: success === 1,
    predicted: outcome.predicted[i]!,
    margin: outcome.margins[i]!,
    distance: outcome.distances[i]!,
    queries: outcome.queries[i]!,
    gradients: outcome.gradients[i]!,
    point: outcome.points[i]!,
  }));
}

/** What two runs of an attack did to a sample that stood after the first. */
export function afterBoth(first: SampleOutcome, second: SampleOutcome): SampleOutcome {
  const isBetter = second.success || (second.margin ?? -Infinity) > (first.margin ?? -Infinity);
  return {
    ...(isBetter ? second : first),
    queries: first.queries + second.queries,
    gradients: first.gradients + second.gradients,
  };
}
