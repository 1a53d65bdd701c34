import { wrapText } from "../_text-width.ts";
import { picture, placed, textAt } from "../_svg.ts";
import type { TableData } from "../table-data.ts";
import type { LossSurface, SurfaceData } from "./figure-data.ts";
import { colorBar, heatMap } from "./_heat-map.ts";
import { letter, type FigureParts, type Part } from "./_parts.ts";
import { lossRange, surfacePlot } from "./_surface-plot.ts";

const seen = (data: SurfaceData): string =>
  `The loss around one test image (number ${data.sample.index}, ${data.sample.className}): each point is the image plus a step along a random direction of signs plus a step along the signs of the gradient. `;
const sameScale = "All panels share one scale of heights and colours.";

/** Figure 5: each surface as a solid and as a heat map beside it. */
export function figure5(data: SurfaceData): FigureParts {
  const { surfaces } = data;
  const domain = lossDomain(surfaces);
  const tiles = surfaces.map((surface, i): Part => {
    const title = surfaces.length > 1 ? `${letter(i)} ${surface.label}` : surface.label;
    return (width) => {
      const solid = surfacePlot(surface, domain, Math.round(width * 0.58));
      const map = heatMap(surface, domain, Math.round(width * 0.42));
      const height = 26 + Math.max(solid.height, map.height);
      const body =
        textAt(title, 0, 14, { size: 13, bold: true }) +
        textAt(`loss ${lossRange(surface).replace(" and ", " – ")}`, width, 14, { anchor: "end", opacity: 0.75 }) +
        placed(solid, 0, 26) +
        placed(map, width - map.width, 26 + Math.max(0, (solid.height - map.height) / 2));
      return picture(width, height, `${title}: loss between ${lossRange(surface)}.`, body);
    };
  });
  return {
    caption: `${seen(data)}${sameScale} Beside each solid the same losses seen from above; the cross is the image itself.`,
    legend: (width) => colorBar(domain, width),
    legendInPage: true,
    rows: inRows(tiles, 2),
    width: tiles.length > 1 ? 1000 : 560,
    tables: [summary(surfaces)],
  };
}

/** Figure 7: a row of solids for each model. */
export function figure7(data: SurfaceData): FigureParts {
  const models = [...new Set(data.surfaces.map(({ model }) => model))];
  const ordered = models.flatMap((name) => data.surfaces.filter(({ model }) => model === name));
  const titles = ordered.map(({ label }, i) => (ordered.length > 1 ? `${letter(i)} ${label}` : label));
  const domain = lossDomain(ordered);
  const parts = ordered.map((surface, i) => titledSolid(surface, i, titles, domain));
  const rows = models.flatMap((name) =>
    inRows(
      parts.filter((_, i) => ordered[i]!.model === name),
      4,
    ),
  );
  const columns = Math.max(0, ...rows.map((row) => row.length));
  return {
    caption: seen(data) + sameScale,
    legend: (width) => colorBar(domain, width),
    legendInPage: true,
    rows: rows.map((row) => [...row, ...Array.from({ length: columns - row.length }, () => null)]),
    width: columns > 1 ? 60 + columns * 270 : 480,
    pageWidth: 400,
    tables: [summary(ordered)],
  };
}

/** The surface under its title, which may need two lines. All panels leave the room that the longest title needs. */
function titledSolid(
  surface: LossSurface,
  index: number,
  titles: readonly string[],
  domain: readonly [number, number],
): Part {
  return (width) => {
    // Bold letters are about an eighth wider.
    const wrapped = titles.map((title) => wrapText(title, width / 1.12, 13));
    const top = 20 + 17 * Math.max(...wrapped.map((lines) => lines.length));
    const solid = surfacePlot(surface, domain, Math.round(width));
    const range = lossRange(surface).replace(" and ", " – ");
    const lines = wrapped[index]!;
    const body =
      lines.map((line, i) => textAt(line, 0, 14 + 17 * i, { size: 13, bold: true })).join("") +
      textAt(`loss ${range}`, 0, 14 + 17 * lines.length, { opacity: 0.75 }) +
      placed(solid, 0, top);
    return picture(Math.round(width), top + solid.height, `${titles[index]!}: loss between ${range}.`, body);
  };
}

function inRows<T>(items: readonly T[], columns: number): T[][] {
  const rows = Math.ceil(items.length / columns);
  // Rows of equal length: five surfaces stand as 3 + 2, not 4 + 1.
  const each = Math.ceil(items.length / Math.max(1, rows));
  return Array.from({ length: rows }, (_, i) => items.slice(i * each, (i + 1) * each));
}

/** From 0, as a loss does, to the largest one. */
function lossDomain(surfaces: readonly LossSurface[]): readonly [number, number] {
  let [low, high] = [0, 0];
  for (const value of surfaces.flatMap(({ loss }) => loss.flat())) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high > low ? high : low + 1];
}

function summary(surfaces: readonly LossSurface[]): TableData {
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
