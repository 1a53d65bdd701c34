import { defineFigure, type Figure } from "../contract/figure.ts";
import { check, type GalleryData } from "./data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type GallerySettings } from "./measure.ts";
import { notes } from "./notes.ts";

/** Accuracy of every activation of the family under `standard` and `adaptive`. */
export const figureGallery: Figure<GallerySettings, GalleryData> = defineFigure({
  id: "figure-gallery",
  name: "Figure R4",
  summary: "refutation: every activation of the family under standard and adaptive",
  settings,
  recipe,
  check,
  draw,
  notes,
});
