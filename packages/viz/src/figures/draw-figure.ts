import type { FigureFile } from "./figure-data.ts";
import { figure1 } from "./_figure-1.ts";
import { figure2 } from "./_figure-2.ts";
import { figure3 } from "./_figure-3.ts";
import { figurePage } from "./_figure-page.ts";
import { figure5, figure7 } from "./_figure-surfaces.ts";
import { figure4, figure6 } from "./_figure-sweeps.ts";
import type { FigureParts } from "./_parts.ts";
import { sheet } from "./_sheet.ts";

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
 */
export async function drawFigure(file: FigureFile): Promise<DrawnFigure> {
  const parts = take(file);
  const heading = `Figure ${file.figure}: ${file.title}`;
  const [{ svg }, html] = [await sheet(heading, parts), await figurePage(file, heading, parts)];
  return { svg: `${svg}\n`, html };
}

function take(file: FigureFile): FigureParts {
  switch (file.figure) {
    case 1:
      return figure1(file.data);
    case 2:
      return figure2(file.data);
    case 3:
      return figure3(file.data);
    case 4:
      return figure4(file.data);
    case 5:
      return figure5(file.data);
    case 6:
      return figure6(file.data);
    case 7:
      return figure7(file.data);
  }
}
