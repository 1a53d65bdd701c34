import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type SurfaceData } from "../shared/surfaces/data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type Figure5Settings } from "./measure.ts";
import { notes } from "./notes.ts";

/** The loss around one image: k-WTA and ReLU, of standard and of adversarial training. */
export const figure5: Figure<Figure5Settings, SurfaceData> = defineFigure({
  id: "figure-5",
  name: "Figure 5",
  summary: "the loss around one image: k-WTA and ReLU, of standard and of adversarial training",
  settings,
  recipe,
  check,
  draw,
  notes,
});
