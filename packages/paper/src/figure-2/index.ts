import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type Figure2Data } from "./data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type Figure2Settings } from "./measure.ts";
import { notes } from "./notes.ts";

/** ReLU, max-pooling, LWTA and k-WTA on one column of numbers. */
export const figure2: Figure<Figure2Settings, Figure2Data> = defineFigure({
  id: "figure-2",
  name: "Figure 2",
  summary: "ReLU, max-pooling, LWTA and k-WTA on one column of numbers",
  settings,
  recipe,
  check,
  draw,
  notes,
});
