import type { LinePoint, TableCell } from "@kwta/viz";
import type { Accuracies, AccuracyEstimate } from "./data.ts";

/** What is measured of each net, in the order of colours and columns. */
export const measures = ["clean", "pgd", "adaptive"] as const;

/** @see {@link measures} */
export type Measure = (typeof measures)[number];

/** The axis of all sweeps over the sparsity ratio. */
export const gammaAxis = { label: "sparsity ratio γ (logarithmic)", log: true } as const;

/** A sentence for captions. */
export const bands = "Bands are 95 % confidence intervals.";

/** By increasing gamma; what was not measured is left out. */
export function along<R extends { readonly gamma: number }>(
  rows: readonly R[],
  pick: (row: R) => AccuracyEstimate | null,
): LinePoint[] {
  return [...rows]
    .sort((a, b) => a.gamma - b.gamma)
    .flatMap((row): LinePoint[] => {
      const estimate = pick(row);
      return estimate === null ? [] : [[row.gamma, estimate.value, estimate.low, estimate.high]];
    });
}

/** The numbers of a row of a table. */
export function threeCells(row: Accuracies): TableCell[] {
  return measures.map((measure) => cell(row[measure]));
}

function cell(estimate: AccuracyEstimate | null): TableCell {
  if (estimate === null) return null;
  const percent = (share: number): string => (100 * share).toFixed(1);
  return {
    text: `${percent(estimate.value)} %`,
    detail: `${percent(estimate.low)}–${percent(estimate.high)} %, ${estimate.count} images`,
  };
}
