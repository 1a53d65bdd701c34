import { defineFigure, type Figure } from "../contract/figure.ts";
import { FIGURE_DATASETS } from "../presets/image-scale.ts";
import { check, type ResultTable } from "./data.ts";
import { draw } from "./draw.ts";
import { recipe, settings, type TableSettings } from "./measure.ts";
import { notes } from "./notes.ts";

/** A table for each data set, as a value like a figure. The command line comes from this list. */
export const TABLES: readonly Figure<TableSettings, ResultTable>[] = FIGURE_DATASETS.map((dataset) =>
  defineFigure({
    id: `table-${dataset}`,
    name: `Table ${dataset}`,
    summary: `accuracy on ${dataset} by training and activation, under each attack and in the worst case`,
    settings,
    recipe: (own, setup) => recipe(dataset, own, setup),
    check,
    draw,
    notes,
  }),
);
