export { attackExamples, fromBase64, toBase64, type AttackExample, type ExamplesOptions } from "./examples.ts";
export { figureSettings, FIGURE_PRESETS, type FigureChoices } from "./figures/figure-presets.ts";
export { figureRecipe, FIGURES } from "./figures/figure-recipe.ts";
export type {
  Attacking,
  Figure1Settings,
  Figure3Settings,
  Figure7Settings,
  FigureSettings,
  FromRun,
  SurfaceSettings,
} from "./figures/figure-settings.ts";
export type { NetPlan, NetSettings } from "./figures/net-settings.ts";
export type { FigureTools, Measurement, Recipe } from "./figures/recipe.ts";
export { finding, type Pair } from "./finding.ts";
export { quickstartPage } from "./quickstart-page.ts";
export type { NetReport, QuickstartReport } from "./quickstart-report.ts";
export {
  quickstartModels,
  quickstartSettings,
  type QuickstartChoices,
  type QuickstartSettings,
} from "./quickstart-settings.ts";
export { quickstartTable } from "./quickstart-table.ts";
export { checkRunFile, type DatasetSettings, type Provenance, type RunFile, type RunSettings } from "./run-settings.ts";
export { TRAINING_METHODS, trainingPlan, type TrainingPlan } from "./training-methods.ts";
