import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type GradientsData } from "./data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type GradientsSettings } from "./measure.ts";
import { notes } from "./notes.ts";

/** Accuracy over what PGD, the gate, APGD, the gradient estimate and Square cost. */
export const figureGradients: Figure<GradientsSettings, GradientsData> = defineFigure({
  id: "figure-gradients",
  name: "Figure R1",
  summary: "refutation: accuracy over the passes of PGD, the gate, APGD, a gradient estimate and Square",
  settings,
  recipe,
  check,
  draw,
  notes,
});
