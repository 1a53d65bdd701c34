import type { Figure } from "./contract/figure.ts";
import { figure1 } from "./figure-1/index.ts";
import { figure2 } from "./figure-2/index.ts";
import { appendix3, figure3 } from "./figure-3/index.ts";
import { figure4 } from "./figure-4/index.ts";
import { figure5 } from "./figure-5/index.ts";
import { figure6 } from "./figure-6/index.ts";
import { figure7 } from "./figure-7/index.ts";
import { figureCosine } from "./figure-cosine/index.ts";
import { figureGallery } from "./figure-gallery/index.ts";
import { figureGradients } from "./figure-gradients/index.ts";
import { figureStrength } from "./figure-strength/index.ts";
import { figureWinners } from "./figure-winners/index.ts";
import { TABLES } from "./tables/index.ts";

/** All that a data file can be of. */
export function everyFigure(): readonly Figure[] {
  return [...FIGURES, ...(TABLES as readonly Figure<never, never>[] as readonly Figure[])];
}

/** The figures that can be made: the paper's, in its order, and those of its refutation. The command line and the docs come from this list. */
export const FIGURES: readonly Figure[] = [
  figure1,
  figure2,
  figure3,
  figure4,
  figure5,
  figure6,
  figure7,
  appendix3,
  figureGradients,
  figureCosine,
  figureWinners,
  figureGallery,
  figureStrength,
];
