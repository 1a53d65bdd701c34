import { readJson, show, writeFileAtomic } from "@kwta/core";
import { svgToPng } from "@kwta/viz";
import { join } from "node:path";
import { checkFigureFile } from "../contract/check-figure-file.ts";
import { drawFigure } from "../contract/draw-figure.ts";
import type { FigureFile } from "../contract/figure-file.ts";
import type { Figure } from "../contract/figure.ts";

/** Where the four forms of a figure lie. */
export interface FigurePaths {
  readonly json: string;
  readonly svg: string;
  readonly png: string;
  readonly html: string;
}

/**
 * Writes a figure's data file, and draws it from that alone as SVG, PNG and a page.
 *
 * @param figures those that it can be of; FIGURES where they are left out
 * @throws InputError when the folder cannot be written
 */
export async function writeFigure(folder: string, file: FigureFile, figures?: readonly Figure[]): Promise<FigurePaths> {
  const at = (ending: string): string => join(folder, `${file.figure}.${ending}`);
  const paths = { json: at("json"), svg: at("svg"), png: at("png"), html: at("html") };
  await writeFileAtomic(paths.json, toText(file));
  const { svg, html } = await drawFigure(file, figures);
  await writeFileAtomic(paths.svg, svg);
  await writeFileAtomic(paths.html, html);
  await writeFileAtomic(paths.png, await svgToPng(svg, { width: PNG_WIDTH }));
  return paths;
}

/** Reads a data file of a figure. @throws InputError when it is not one */
export async function readFigure(path: string): Promise<FigureFile> {
  return checkFigureFile(await readJson(path), show(path));
}

const PNG_WIDTH = 1600;

/** Indented, but a list of numbers on one line: thousands of lines of one number each are of no use to anybody. */
function toText(file: FigureFile): string {
  const indented = JSON.stringify(file, null, 2);
  return `${indented.replaceAll(/\[[-\d.e+,\snul]*\]/g, (list) => list.replaceAll(/\s+/g, " "))}\n`;
}
