import { counts } from "./engine/standings.ts";
import type { AttackedSamples, AttackEvaluation, DistanceQuantiles, MinimumNorm } from "./evaluation.ts";
import type { Protocol } from "./protocols/protocol.ts";

/** The smallest distance that any attack that counts has found, where one looked for nearest points. */
export function minimumNormOf(
  correct: Uint8Array,
  { entries }: Protocol,
  attacks: readonly AttackEvaluation[],
): MinimumNorm | undefined {
  const counting = attacks.filter((_, i) => counts(entries[i]!));
  if (!counting.some(({ nearest }) => nearest !== undefined)) return undefined;
  const distances = Array.from(correct, (isCorrect) => (isCorrect === 1 ? null : 0) as number | null);
  for (const { at, nearest } of counting) {
    for (const run of [...at, ...(nearest ? [nearest] : [])] as readonly AttackedSamples[]) {
      for (const [i, position] of run.attacked.entries()) {
        const distance = run.distances[i]!;
        if (distance !== null && distance < (distances[position] ?? Infinity)) distances[position] = distance;
      }
    }
  }
  return { distances, quantiles: quantilesOf(distances) };
}

/** Quantiles of distances, of which null is none at all. */
export function quantilesOf(distances: readonly (number | null)[]): DistanceQuantiles {
  const sorted = distances.map((distance) => distance ?? Infinity).sort((a, b) => a - b);
  const at = (share: number): number | null => {
    const distance = sorted[Math.ceil(share * sorted.length) - 1] ?? Infinity;
    return Number.isFinite(distance) ? distance : null;
  };
  return { q10: at(0.1), q25: at(0.25), q50: at(0.5), q75: at(0.75), q90: at(0.9) };
}
