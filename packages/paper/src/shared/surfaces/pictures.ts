import { heatMap, heightRange, surfacePlot, type LabelledSurface, type Picture, type TableData } from "@kwta/viz";
import type { LossSurface, SurfaceData } from "./data.ts";

/** What captions say of all surfaces. */
export function captionOf({ sample, images }: SurfaceData): string {
  return (
    `The loss, in nats, around one test image (number ${sample.index}, ${sample.className}), of ${images.length} the one of median ` +
    "largest loss: each point is the image, with pixels from 0 to 1, plus a step along a " +
    "random direction of signs plus a step along the signs of the gradient. All panels share one scale of heights and colours."
  );
}

/** The surface as a shaded solid. */
export function solidOf(surface: LossSurface, domain: readonly [number, number], width: number): Picture {
  const range = lossRange(surface);
  const label = `${surface.label}: loss between ${range} over a random and the gradient direction.`;
  return surfacePlot(labelled(surface, label), domain, width);
}

/** The surface seen from above; a cross marks the image itself. */
export function mapOf(surface: LossSurface, domain: readonly [number, number], width: number): Picture {
  return heatMap(labelled(surface, `${surface.label}: the same losses as colours, seen from above.`), domain, width);
}

/** Smallest and largest loss of the surface, in words. */
export function lossRange({ loss }: LossSurface): string {
  return heightRange({ z: loss });
}

function labelled({ random, gradient, loss }: LossSurface, label: string): LabelledSurface {
  const axes = {
    x: { name: "random direction, pixels 0–1", short: "random (pixels)" },
    y: { name: "gradient direction, pixels 0–1", short: "gradient (pixels)" },
    z: { name: "loss (nats)" },
  };
  return { label, x: random, y: gradient, z: loss, axes };
}

/** Rows of equal length: five surfaces stand as 3 + 2, not 4 + 1. */
export function inRows<T>(items: readonly T[], columns: number): T[][] {
  const rows = Math.ceil(items.length / columns);
  const each = Math.ceil(items.length / Math.max(1, rows));
  return Array.from({ length: rows }, (_, i) => items.slice(i * each, (i + 1) * each));
}

/** From 0, as a loss does, to the largest one. */
export function lossDomain(surfaces: readonly LossSurface[]): readonly [number, number] {
  let [low, high] = [0, 0];
  for (const value of surfaces.flatMap(({ loss }) => loss.flat())) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high > low ? high : low + 1];
}

/** The numbers behind the pictures. */
export function summary(surfaces: readonly LossSurface[]): TableData {
  const short = (value: number): number => Number(value.toPrecision(3));
  const rows = surfaces.map((surface) => {
    const values = surface.loss.flat();
    const finite = values.filter((value) => value !== null).sort((a, b) => a - b);
    const at = (share: number): number | null =>
      finite.length === 0 ? null : short(finite[Math.round(share * (finite.length - 1))]!);
    return [surface.label, at(0), at(0.5), at(1), meanStep(surface), values.length - finite.length];
  });
  return {
    caption: "Losses of each surface. The step is the mean change of the loss from one point of the grid to the next.",
    columns: ["surface", "smallest", "median", "largest", "step", "not finite"],
    rows,
  };
}

function meanStep({ loss }: LossSurface): number | null {
  let [sum, count] = [0, 0];
  const step = (a: number | null | undefined, b: number | null): void => {
    if (a === null || a === undefined || b === null) return;
    sum += Math.abs(a - b);
    count++;
  };
  for (const [i, row] of loss.entries()) {
    for (const [j, value] of row.entries()) {
      step(row[j - 1], value);
      step(loss[i - 1]?.[j], value);
    }
  }
  return count === 0 ? null : Number((sum / count).toPrecision(3));
}
