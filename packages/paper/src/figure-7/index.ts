import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type SurfaceData } from "../shared/surfaces/data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type Figure7Settings } from "./measure.ts";
import { notes } from "./notes.ts";

/** The loss around one image over the sparsity ratio. */
export const figure7: Figure<Figure7Settings, SurfaceData> = defineFigure({
  id: "figure-7",
  name: "Figure 7",
  summary: "the loss around one image over the sparsity ratio",
  settings,
  recipe,
  check,
  draw,
  notes,
});
