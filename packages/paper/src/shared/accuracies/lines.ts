import type { LinePoint, TableCell } from "@kwta/viz";
import type { Rate } from "@kwta/evaluation";
import { rateOf, type Accuracies, type Standing } from "./data.ts";

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
  pick: (row: R) => Standing | null,
): LinePoint[] {
  return [...rows]
    .sort((a, b) => a.gamma - b.gamma)
    .flatMap((row): LinePoint[] => {
      const standing = pick(row);
      if (standing === null) return [];
      const { value, low, high } = rateOf(standing);
      return [[row.gamma, value, low, high]];
    });
}

/** The numbers of a row of a table. */
export function threeCells(row: Accuracies | null): TableCell[] {
  return measures.map((measure) => (row === null ? null : rateCell(rateOf(row[measure]))));
}

/** A share with its interval and the number of images. */
export function rateCell({ value, low, high, n }: Rate): TableCell {
  const percent = (share: number): string => (100 * share).toFixed(1);
  return { text: `${percent(value)} %`, detail: `${percent(low)}–${percent(high)} %, ${n} images` };
}

/** `31.5 %` */
export function percentOf(standing: Standing): string {
  return `${Number((100 * rateOf(standing).value).toPrecision(3))} %`;
}

/** One scale for all panels of robust accuracy: from 0 to a round number above all intervals. */
export function robustDomain(all: readonly Accuracies[]): readonly [number, number] {
  const highest = Math.max(...all.flatMap(({ pgd, adaptive }) => [rateOf(pgd).high, rateOf(adaptive).high]));
  return [0, Math.min(1, Math.ceil(20 * highest) / 20)];
}
