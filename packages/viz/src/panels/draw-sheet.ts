import { wrapText } from "../text/text-width.ts";
import { decimal, picture, placed, textAt, type Picture } from "../svg/picture.ts";
import type { Panels } from "./panels.ts";
import { PRINT_WIDTHS, reflowed, type PrintWidth } from "./print.ts";

const gap = { column: 28, row: 22 };
const title = { size: 19, line: 26 };

/** @see {@link drawSheet} */
export interface SheetOptions {
  /**
   * Draws it for a paper: without heading, which is the caption's, with panels below each other where they would be too narrow, in
   * points, with texts of 6 points or more.
   */
  readonly print?: PrintWidth;
}

/** Panels in rows under a heading, on white ground: a picture that stands alone. */
export async function drawSheet(heading: string, panels: Panels, options: SheetOptions = {}): Promise<Picture> {
  const print = options.print === undefined ? undefined : PRINT_WIDTHS[options.print];
  const margin = print === undefined ? 22 : 2;
  const whole = print?.pixels ?? panels.width;
  const inner = whole - 2 * margin;
  const lines = print === undefined ? wrapText(heading, inner / 1.12, title.size) : [];
  let y = margin + title.line * lines.length;
  let body = lines
    .map((line, i) => textAt(line, margin, margin + title.line * i + title.size, { size: title.size, bold: true }))
    .join("");
  if (panels.legend !== undefined) {
    const legend = await panels.legend(inner, "sheet");
    body += placed(legend, margin, y + 6);
    y += legend.height + 6;
  }
  const rows = print === undefined ? panels.rows : reflowed(panels.rows, panels, inner, gap.column);
  for (const row of rows) {
    y += gap.row * (y > margin ? 0.8 : 0);
    const width = (inner - gap.column * (row.length - 1)) / row.length;
    const pictures = await Promise.all(
      row.map((panel) => panel?.(width, row.length > 1 ? "sheet" : "sheet row") ?? null),
    );
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
  const ground = `<rect width="${decimal(whole)}" height="${height}" fill="#fff"/>`;
  const sheet = picture(whole, height, `${heading}. ${panels.caption}`, ground + body);
  const svg = sheet.svg.replace("<svg ", `<svg color="#1c2127" `);
  return { ...sheet, svg: print === undefined ? svg : inPoints(svg, print.points, (height * print.points) / whole) };
}

/** The same picture in another size: its own pixels stay as they are. */
function inPoints(svg: string, width: number, height: number): string {
  return svg.replace(/ width="[^"]*" height="[^"]*"/, ` width="${decimal(width)}pt" height="${decimal(height)}pt"`);
}
