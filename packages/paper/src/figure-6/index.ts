import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type Figure6Data } from "./data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type Figure6Settings } from "./measure.ts";
import { notes } from "./notes.ts";

/** Training at a small sparsity ratio directly, and through larger ones. */
export const figure6: Figure<Figure6Settings, Figure6Data> = defineFigure({
  id: "figure-6",
  name: "Figure 6",
  summary: "training at a small sparsity ratio directly, and through larger ones",
  settings,
  recipe,
  check,
  draw,
  notes,
});
