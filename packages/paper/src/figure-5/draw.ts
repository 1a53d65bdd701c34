import { colorBar, panelLetter as letter, picture, placed, textAt, type Panel, type Panels } from "@kwta/viz";
import type { SurfaceData } from "../shared/surfaces/data.ts";
import { captionOf, inRows, lossDomain, lossRange, mapOf, solidOf, summary } from "../shared/surfaces/pictures.ts";

/** Each surface as a solid and as a heat map beside it. */
export function draw(data: SurfaceData): Panels {
  const { surfaces } = data;
  const domain = lossDomain(surfaces);
  const tiles = surfaces.map((surface, i): Panel => {
    const title = surfaces.length > 1 ? `${letter(i)} ${surface.label}` : surface.label;
    return (width) => {
      const solid = solidOf(surface, domain, Math.round(width * 0.58));
      const map = mapOf(surface, domain, Math.round(width * 0.42));
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
    caption: `${captionOf(data)} Beside each solid the same losses seen from above; the cross is the image itself.`,
    legend: (width) => colorBar("loss", domain, width),
    legendInPage: true,
    rows: inRows(tiles, 2),
    width: tiles.length > 1 ? 1000 : 560,
    tables: [summary(surfaces)],
  };
}
