import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type Figure3Data } from "./data.ts";
import { draw } from "./draw.ts";
import { appendixSettings, recipe, settings, type Figure3Settings } from "./measure.ts";
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

/** The logits at the other sizes of the perturbation. */
export const appendix3: Figure<Figure3Settings, Figure3Data> = defineFigure({
  id: "appendix-3",
  name: "Appendix to figure 3",
  summary: "the logits of figure 3 at the other sizes of the perturbation",
  settings: appendixSettings,
  recipe,
  check,
  draw,
  notes,
});
