import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type Figure3Data } from "./data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type Figure3Settings } from "./measure.ts";
import { notes } from "./notes.ts";

/** Logits along an adversarial perturbation, and the loss along the path of training. */
export const figure3: Figure<Figure3Settings, Figure3Data> = defineFigure({
  id: "figure-3",
  name: "Figure 3",
  summary: "logits along an adversarial perturbation, and the loss along the path of training",
  settings,
  recipe,
  check,
  draw,
  notes,
});
