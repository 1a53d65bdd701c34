import { readJson, show, writeFileAtomic } from "@kwta/core";
import { PRINT_WIDTHS, svgToPdf, svgToPng, type PrintWidth } from "@kwta/viz";
import { join } from "node:path";
import { checkFigureFile } from "../contract/check-figure-file.ts";
import { drawFigure, drawFigureForPrint, tableTexts } from "../contract/draw-figure.ts";
import type { FigureFile } from "../contract/figure-file.ts";
import type { Figure } from "../contract/figure.ts";

/** Where the forms of a figure, or of a table, lie. */
export interface FigurePaths {
  readonly json: string;
  readonly html: string;
  /** Of a figure. */
  readonly svg?: string;
  readonly png?: string;
  /** Of a table. */
  readonly markdown?: string;
  readonly csv?: string;
  readonly latex?: string;
  /** For a paper, where that was asked for. */
  readonly print?: { readonly svg: string; readonly png: string; readonly pdf: string };
}

/** @see {@link writeFigure} */
export interface WriteFigureOptions {
  /** Those that it can be of. @defaultValue all that there are */
  readonly figures?: readonly Figure[] | undefined;
  /** Draws it for a paper too, as `figure-4-column.svg`, `.png` and `.pdf`. @defaultValue not */
  readonly width?: PrintWidth | undefined;
}

/**
 * Writes a figure's data file, and draws it from that alone as SVG, PNG and a page, and for a paper, if a width is given.
 *
 * @throws InputError when the folder cannot be written
 */
export async function writeFigure(
  folder: string,
  file: FigureFile,
  { figures, width }: WriteFigureOptions = {},
): Promise<FigurePaths> {
  const at = (ending: string): string => join(folder, `${file.figure}${ending}`);
  const both = { json: at(".json"), html: at(".html") };
  await writeFileAtomic(both.json, toText(file));
  const { svg, html } = await drawFigure(file, figures);
  await writeFileAtomic(both.html, html);
  const texts = tableTexts(file, figures);
  if (texts !== undefined) {
    const written = { markdown: at(".md"), csv: at(".csv"), latex: at(".tex") };
    for (const form of ["markdown", "csv", "latex"] as const) await writeFileAtomic(written[form], texts[form]);
    return { ...both, ...written };
  }
  const paths = { ...both, svg: at(".svg"), png: at(".png") };
  await writeFileAtomic(paths.svg, svg);
  await writeFileAtomic(paths.png, await svgToPng(svg, { width: PNG_WIDTH }));
  if (width === undefined) return paths;
  const print = { svg: at(`-${width}.svg`), png: at(`-${width}.png`), pdf: at(`-${width}.pdf`) };
  const drawn = await drawFigureForPrint(file, width, figures);
  await writeFileAtomic(print.svg, drawn);
  await writeFileAtomic(
    print.png,
    await svgToPng(drawn, { width: Math.round((PRINT_WIDTHS[width].points / 72) * DPI) }),
  );
  await writeFileAtomic(print.pdf, await svgToPdf(drawn));
  return { ...paths, print };
}

/** Reads a data file of a figure. @throws InputError when it is not one */
export async function readFigure(path: string): Promise<FigureFile> {
  return checkFigureFile(await readJson(path), show(path));
}

const PNG_WIDTH = 1600;

/** Dots an inch of pictures for a paper. */
const DPI = 300;

/** Indented, but a list of numbers on one line: thousands of lines of one number each are of no use to anybody. */
function toText(file: FigureFile): string {
  const indented = JSON.stringify(file, null, 2);
  return `${indented.replaceAll(/\[[-\d.e+,\snul]*\]/g, (list) => list.replaceAll(/\s+/g, " "))}\n`;
}
