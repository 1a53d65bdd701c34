import { wrapText } from "../text/text-width.ts";
import { decimal, picture, placed, textAt, type Picture } from "../svg/picture.ts";
import type { Panels } from "./panels.ts";

const margin = 22;
const gap = { column: 28, row: 22 };
const title = { size: 19, line: 26 };

/** Panels in rows under a title, on white ground: a picture that stands alone. */
export async function drawSheet(heading: string, panels: Panels): Promise<Picture> {
  const inner = panels.width - 2 * margin;
  const lines = wrapText(heading, inner / 1.12, title.size);
  let y = margin + title.line * lines.length;
  let body = lines
    .map((line, i) => textAt(line, margin, margin + title.line * i + title.size, { size: title.size, bold: true }))
    .join("");
  if (panels.legend !== undefined) {
    const legend = await panels.legend(inner, "sheet");
    body += placed(legend, margin, y + 6);
    y += legend.height + 6;
  }
  for (const row of panels.rows) {
    y += gap.row * (y > margin ? 0.8 : 0);
    const width = (inner - gap.column * (row.length - 1)) / row.length;
    const pictures = await Promise.all(row.map((panel) => panel?.(width, "sheet") ?? null));
    const height = Math.max(0, ...pictures.map((one) => one?.height ?? 0));
    // A panel that is narrower than its place stands in the middle.
    body += pictures
      .map((one, i) =>
        one === null ? "" : placed(one, margin + i * (width + gap.column) + (width - one.width) / 2, y),
      )
      .join("");
    y += height;
  }
  const height = Math.ceil(y + margin);
  const ground = `<rect width="${decimal(panels.width)}" height="${height}" fill="#fff"/>`;
  const whole = picture(panels.width, height, `${heading}. ${panels.caption}`, ground + body);
  return { ...whole, svg: whole.svg.replace("<svg ", `<svg color="#1c2127" `) };
}
