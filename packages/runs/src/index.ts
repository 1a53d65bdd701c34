export type { BackendInUse, ComputedBy } from "./computed-by.ts";
export type { DatasetSettings } from "./dataset-settings.ts";
export { recipe, recipeOf, RECIPES, type MethodChange, type Recipe, type RecipeSettings } from "./recipes.ts";
export { checkRunFile, RUN_SCHEMA, type RunFile, type RunPart } from "./run-file.ts";
export { differences, trainingSettings, withoutPlaces, type RunSettings } from "./run-settings.ts";
export { foldedClassifier, type FoldedClassifier } from "./victim/folded-classifier.ts";
export type {
  OpenVictim,
  VictimImages,
  VictimKindName,
  VictimOptions,
  VictimSettings,
} from "./victim/victim-settings.ts";
