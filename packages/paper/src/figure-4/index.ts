import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type Figure4Data } from "./data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type Figure4Settings } from "./measure.ts";
import { notes } from "./notes.ts";

/** Accuracy without attack, under PGD and under an adaptive attack, over the sparsity ratio. */
export const figure4: Figure<Figure4Settings, Figure4Data> = defineFigure({
  id: "figure-4",
  name: "Figure 4",
  summary: "accuracy without attack, under PGD and under an adaptive attack, over the sparsity ratio",
  settings,
  recipe,
  check,
  draw,
  notes,
});
