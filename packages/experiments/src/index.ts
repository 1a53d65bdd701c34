export { attackExamples, fromBase64, toBase64, type AttackExample, type ExamplesOptions } from "./examples.ts";
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
