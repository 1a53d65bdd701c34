import type { FigureNote } from "../../contract/figure-file.ts";
import { signsOf, type ClaimTest } from "../../contract/judge.ts";
import { quantile } from "../quantiles.ts";
import type { LossSurface, Raggedness, SurfaceData } from "./data.ts";

/** Both measures, with what sentences call them. */
const MEASURES = { relative: "shares of the range", absolute: "units of the loss" } as const;

/**
 * How ragged a surface is: the mean distance between the loss at a point and the mean of its four neighbours, in units of the
 * loss, and as a share of the surface's range, of which a plane has 0 and independent noise about 0.2.
 */
export function raggedness({ loss }: Pick<LossSurface, "loss">): {
  readonly relative: number;
  readonly absolute: number;
} {
  const at = (i: number, j: number): number => loss[i]![j] ?? Number.NaN;
  const values = loss.flat().filter((value) => value !== null);
  const range = values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity);
  const distances: number[] = [];
  for (let i = 1; i + 1 < loss.length; i++) {
    for (let j = 1; j + 1 < loss[i]!.length; j++) {
      const around = (at(i - 1, j) + at(i + 1, j) + at(i, j - 1) + at(i, j + 1)) / 4;
      if (Number.isFinite(around + at(i, j))) distances.push(Math.abs(at(i, j) - around));
    }
  }
  if (distances.length === 0) return { relative: 0, absolute: 0 };
  const absolute = distances.reduce((a, b) => a + b, 0) / distances.length;
  return { relative: range > 0 ? absolute / range : 0, absolute };
}

/** Whether the first surface is the more ragged one, image by image, in both measures. */
export function raggedTests(first: LossSurface, second: LossSurface, name = ""): ClaimTest[] {
  return (["relative", "absolute"] as const).map((measure) => ({
    name: name === "" ? MEASURES[measure] : `${name} (in ${MEASURES[measure]})`,
    paired: signsOf(first.raggedness[measure], second.raggedness[measure]),
  }));
}

/** How ragged each surface is, in a sentence. */
export function raggednessNotes({ surfaces, images }: SurfaceData): FigureNote[] {
  return surfaces.map(({ label, raggedness: { relative, absolute } }) => ({
    kind: "note",
    text:
      `${label}: raggedness ${spread(relative.map((share) => 100 * share))} % of the range, ${spread(absolute)} in units of ` +
      `the loss (median, and quartiles of ${images.length} images).`,
  }));
}

/** `"0.31 (0.22 to 0.40)"` */
export function spread(values: readonly number[]): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(values, share).toPrecision(2));
  return `${middle} (${low} to ${high})`;
}

/** The raggedness of several surfaces, six digits each. */
export function raggednessOf(surfaces: readonly Pick<LossSurface, "loss">[]): Raggedness {
  const each = surfaces.map(raggedness);
  const short = (value: number): number => Number(value.toPrecision(6));
  return {
    relative: each.map(({ relative }) => short(relative)),
    absolute: each.map(({ absolute }) => short(absolute)),
  };
}
