import { InputError } from "@kwta/core";
import type { FigureNumber } from "@kwta/viz";
import { figure1 } from "./figure-1.ts";
import { figure2 } from "./figure-2.ts";
import { figure3 } from "./figure-3.ts";
import { figure4 } from "./figure-4.ts";
import { figure5 } from "./figure-5.ts";
import { figure6 } from "./figure-6.ts";
import { figure7 } from "./figure-7.ts";
import type { FigureSettings } from "./figure-settings.ts";
import type { Recipe } from "./recipe.ts";

/** A recipe for each figure of the paper. */
const RECIPES: { readonly [N in FigureNumber]: (settings: FigureSettings) => Recipe<N> } = {
  1: figure1,
  2: figure2,
  3: figure3,
  4: figure4,
  5: figure5,
  6: figure6,
  7: figure7,
};

/** The figures that can be made, in the paper's order. */
export const FIGURES: readonly FigureNumber[] = [1, 2, 3, 4, 5, 6, 7];

/**
 * How a figure is computed with these settings.
 *
 * @throws InputError when the run that the settings name cannot give the figure
 */
export function figureRecipe(figure: FigureNumber, settings: FigureSettings): Recipe {
  if (settings.from !== undefined && figure <= 2) {
    throw new InputError(
      `Figure ${figure} shows no trained run. Leave --from out, or choose one of the figures 3 to 7.`,
    );
  }
  return RECIPES[figure](settings) as Recipe;
}
