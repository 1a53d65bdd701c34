import { colorBar, panelLetter as letter, picture, placed, textAt, type Panel, type Panels } from "@kwta/viz";
import type { SurfaceData } from "../shared/surfaces/data.ts";
import { captionOf, inRows, lossDomain, lossRange, mapOf, solidOf, summary } from "../shared/surfaces/pictures.ts";

const top = 26;

/** Each surface as a solid and as a heat map beside it. */
export function draw(data: SurfaceData): Panels {
  const { surfaces } = data;
  const domain = lossDomain(surfaces);
  const tiles = surfaces.map((surface, i): Panel => {
    const title = surfaces.length > 1 ? `${letter(i)} ${surface.label}` : surface.label;
    return (width) => {
      // Where there is little room, the solid alone, as in the paper.
      const both = width >= 400;
      const solid = solidOf(surface, domain, Math.round(both ? width * 0.58 : width));
      const map = both ? mapOf(surface, domain, Math.round(width * 0.42)) : undefined;
      const height = top + Math.max(solid.height, map?.height ?? 0);
      const range = `loss ${lossRange(surface).replace(" and ", " – ")}`;
      const body =
        textAt(title, 0, 14, { size: 13, bold: true }) +
        (both ? textAt(range, width, 14, { anchor: "end", opacity: 0.75 }) : textAt(range, 0, 30, { opacity: 0.75 })) +
        placed(solid, 0, both ? top : top + 8) +
        (map === undefined ? "" : placed(map, width - map.width, top + Math.max(0, (solid.height - map.height) / 2)));
      return picture(width, both ? height : height + 8, `${title}: loss between ${lossRange(surface)}.`, body);
    };
  });
  return {
    caption: `${captionOf(data)} Beside each solid, where there is room, the same losses seen from above; the cross is the image itself.`,
    legend: (width) => colorBar("loss (nats)", domain, width),
    legendInPage: true,
    rows: inRows(tiles, 2),
    width: tiles.length > 1 ? 1000 : 560,
    tables: [summary(surfaces)],
  };
}
