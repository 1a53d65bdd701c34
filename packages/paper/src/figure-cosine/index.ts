import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type CosineData } from "./data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type CosineSettings } from "./measure.ts";
import { notes } from "./notes.ts";

/** The cosine between what gradients say and what is seen, over the size of steps. */
export const figureCosine: Figure<CosineSettings, CosineData> = defineFigure({
  id: "figure-cosine",
  name: "Figure R2",
  summary: "refutation: the cosine between what gradients say and what is seen, over the size of steps",
  settings,
  recipe,
  check,
  draw,
  notes,
});
