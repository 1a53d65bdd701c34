import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type StrengthData } from "./data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type StrengthSettings } from "./measure.ts";
import { notes } from "./notes.ts";

/** What weak attacks flatter: accuracy over steps, restarts and the point that counts, and over the width of the net. */
export const figureStrength: Figure<StrengthSettings, StrengthData> = defineFigure({
  id: "figure-strength",
  name: "Figure R5",
  summary: "refutation: accuracy over steps, starts and the point of PGD that counts, and over the width of the net",
  settings,
  recipe,
  check,
  draw,
  notes,
});
