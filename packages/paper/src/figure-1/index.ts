import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type Figure1Data } from "./data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type Figure1Settings } from "./measure.ts";
import { notes } from "./notes.ts";

/** What a wide k-WTA net and a ReLU net fit to a few points of a function. */
export const figure1: Figure<Figure1Settings, Figure1Data> = defineFigure({
  id: "figure-1",
  name: "Figure 1",
  summary: "what a wide k-WTA net and a ReLU net fit to a few points of a function",
  settings,
  recipe,
  check,
  draw,
  notes,
});
