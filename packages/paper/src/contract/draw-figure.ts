import { lookUp } from "@kwta/core";
import { drawSheet, formatTable, type Panels, type PrintWidth } from "@kwta/viz";
import { everyFigure } from "../figures.ts";
import type { Figure } from "./figure.ts";
import type { FigureFile } from "./figure-file.ts";
import { figurePage } from "./figure-page.ts";

/** What {@link drawFigure} drew. */
export interface DrawnFigure {
  /** The text of an SVG file: all panels on white ground. */
  readonly svg: string;
  /** The text of an HTML file that holds everything it needs, for light and dark screens and phones. */
  readonly html: string;
}

/**
 * Draws a figure from its data alone. The same file gives the same bytes on each machine: nothing is measured by the
 * fonts there are. For a file from outside, see {@link checkFigureFile}.
 *
 * @param figures - those that can be drawn
 * @throws InputError when the file is of none of them
 */
export async function drawFigure(file: FigureFile, figures: readonly Figure[] = everyFigure()): Promise<DrawnFigure> {
  const { panels, heading } = partsOf(file, figures);
  const [{ svg }, html] = [await drawSheet(heading, panels), await figurePage(file, heading, panels)];
  return { svg: `${svg}\n`, html };
}

/**
 * Draws a figure from its data alone for a paper, as SVG text: as wide as a column or a page, without heading, with texts of 6
 * points or more.
 *
 * @throws InputError when the file is of none of the figures
 */
export async function drawFigureForPrint(
  file: FigureFile,
  width: PrintWidth,
  figures: readonly Figure[] = everyFigure(),
): Promise<string> {
  const { panels, heading } = partsOf(file, figures);
  return `${(await drawSheet(heading, panels, { print: width })).svg}\n`;
}

/** All tables of a file, one below the other. */
export interface TableTexts {
  readonly markdown: string;
  readonly csv: string;
  readonly latex: string;
}

/** The numbers of a file that is a table, as text; undefined for a figure. */
export function tableTexts(file: FigureFile, figures: readonly Figure[] = everyFigure()): TableTexts | undefined {
  const { panels, heading } = partsOf(file, figures);
  if (panels.rows.length > 0) return undefined;
  const texts = (format: "markdown" | "csv" | "latex"): string[] =>
    panels.tables.map((table) => formatTable(table, { format }));
  const markdown = [`# ${heading}`, ...texts("markdown"), panels.caption].join("\n\n");
  const comment = ["Needs \\usepackage{booktabs}.", panels.caption].map((line) => `% ${line}`).join("\n");
  return {
    markdown: `${markdown}\n`,
    csv: `${texts("csv").join("\r\n\r\n")}\r\n`,
    latex: `${[comment, ...texts("latex")].join("\n\n")}\n`,
  };
}

function partsOf(file: FigureFile, figures: readonly Figure[]): { readonly panels: Panels; readonly heading: string } {
  const figure = lookUp("figure", file.figure, Object.fromEntries(figures.map((each) => [each.id, each])));
  return { panels: figure.draw(file.data), heading: `${figure.name}: ${file.title}` };
}
