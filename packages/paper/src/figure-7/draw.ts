import { colorBar, panelLetter as letter, picture, placed, textAt, wrapText, type Panel, type Panels } from "@kwta/viz";
import type { LossSurface, SurfaceData } from "../shared/surfaces/data.ts";
import { captionOf, inRows, lossDomain, lossRange, solidOf, summary } from "../shared/surfaces/pictures.ts";

/** A row of solids for each model. */
export function draw(data: SurfaceData): Panels {
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
    caption: captionOf(data),
    legend: (width) => colorBar("loss (nats)", domain, width),
    legendInPage: true,
    rows: rows.map((row) => [...row, ...Array.from({ length: columns - row.length }, () => null)]),
    width: columns > 1 ? 60 + columns * 270 : 480,
    pageWidth: 400,
    leastWidth: 200,
    tables: [summary(ordered)],
  };
}

/** The surface under its title, which may need two lines. All panels leave the room that the longest title needs. */
function titledSolid(
  surface: LossSurface,
  index: number,
  titles: readonly string[],
  domain: readonly [number, number],
): Panel {
  return (width) => {
    // Bold letters are about an eighth wider.
    const wrapped = titles.map((title) => wrapText(title, width / 1.12, 13));
    const top = 20 + 17 * Math.max(...wrapped.map((lines) => lines.length));
    const solid = solidOf(surface, domain, Math.round(width));
    const range = lossRange(surface).replace(" and ", " – ");
    const lines = wrapped[index]!;
    const body =
      lines.map((line, i) => textAt(line, 0, 14 + 17 * i, { size: 13, bold: true })).join("") +
      textAt(`loss ${range}`, 0, 14 + 17 * lines.length, { opacity: 0.75 }) +
      placed(solid, 0, top);
    return picture(Math.round(width), top + solid.height, `${titles[index]!}: loss between ${range}.`, body);
  };
}
