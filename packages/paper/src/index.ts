export { checkFigureFile } from "./contract/check-figure-file.ts";
export {
  drawFigure,
  drawFigureForPrint,
  tableTexts,
  type DrawnFigure,
  type TableTexts,
} from "./contract/draw-figure.ts";
export { Mismatch, type Check } from "./contract/data-checks.ts";
export { FIGURE_SCHEMA, LABELS, type FigureFile, type FigureNote } from "./contract/figure-file.ts";
export { CLAIMS, type Claim, type ClaimId } from "./claims/claims.ts";
export { resultsMarkdown } from "./claims/results-markdown.ts";
export { claimsMarkdown, labelOf } from "./claims/claims-markdown.ts";
export {
  CLAIMS_SCHEMA,
  summarizeClaims,
  type ClaimsFile,
  type Evidence,
  type JudgedClaim,
} from "./claims/summarize-claims.ts";
export { defineFigure, type Figure, type FigureSetup } from "./contract/figure.ts";
export type { FigureTools, Recipe } from "./contract/recipe.ts";
export { judge, type ClaimOptions, type ClaimTest, type JudgedTest, type Judgement } from "./contract/judge.ts";
export { everyFigure, FIGURES } from "./figures.ts";
export type { Standing } from "./shared/accuracies/data.ts";
export type { ResultRow, ResultTable, UntrainedRow } from "./tables/data.ts";
export { TABLES } from "./tables/index.ts";
export type { TableSettings } from "./tables/measure.ts";
export type { Published } from "./tables/published.ts";
export type { ImageScale } from "./presets/image-scale.ts";
export { FIGURE_DATASETS } from "./presets/image-scale.ts";
export { figureSetup, PRESETS, type FigureChoices } from "./presets/index.ts";
export type { Attacking, Preset, PresetMaker } from "./presets/preset.ts";
export type { FromRun, NetPlan, NetSettings } from "./shared/nets.ts";
