import type { FigureNote } from "../../contract/figure-file.ts";
import type { LossSurface, SurfaceData } from "./data.ts";

/** How ragged each surface is, in a sentence. */
export function raggednessNotes({ surfaces }: SurfaceData): FigureNote[] {
  return surfaces.map((each) => ({
    kind: "note",
    text: `${each.label}: raggedness ${percent(raggedness(each))} of the range.`,
  }));
}

/**
 * How ragged a surface is: the mean distance between the loss at a point and the mean of its four neighbours, as a share
 * of the surface's range. A plane has 0; independent noise about 0.2.
 */
export function raggedness({ loss }: Pick<LossSurface, "loss">): number {
  const at = (i: number, j: number): number => loss[i]![j] ?? Number.NaN;
  const values = loss.flat().filter((value) => value !== null);
  const range = values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  const distances: number[] = [];
  for (let i = 1; i + 1 < loss.length; i++) {
    for (let j = 1; j + 1 < loss[i]!.length; j++) {
      const around = (at(i - 1, j) + at(i + 1, j) + at(i, j - 1) + at(i, j + 1)) / 4;
      if (Number.isFinite(around + at(i, j))) distances.push(Math.abs(at(i, j) - around));
    }
  }
  return range === 0 ? 0 : distances.reduce((a, b) => a + b, 0) / distances.length / range;
}

/** Two digits of a share. */
export function percent(value: number): string {
  return `${(100 * value).toPrecision(2)} %`;
}
