import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type WinnersData } from "./data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type WinnersSettings } from "./measure.ts";
import { notes } from "./notes.ts";

/** Winners that change, and logits that move, over the distance from an image. */
export const figureWinners: Figure<WinnersSettings, WinnersData> = defineFigure({
  id: "figure-winners",
  name: "Figure R3",
  summary: "refutation: winners that change, and logits that move, over the distance from an image",
  settings,
  recipe,
  check,
  draw,
  notes,
});
