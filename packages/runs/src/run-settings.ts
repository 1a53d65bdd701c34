import { isObject, stableJson } from "@kwta/core";
import {
  makeMethod,
  makeOptimizer,
  METHODS,
  type MethodMaker,
  type MethodSettings,
  type OptimizerSettings,
  type TrainingSettings,
} from "@kwta/training";
import type { DatasetSettings } from "./dataset-settings.ts";

/** Everything that a training run depends on but the backend. */
export interface RunSettings {
  /** The model's id: `"resnet18-w16@kwta:0.1"`. */
  readonly model: string;
  readonly dataset: DatasetSettings;
  /** The training method, with all of its parameters. */
  readonly method: MethodSettings;
  readonly training: Omit<TrainingSettings, "method" | "optimizer" | "seed"> & {
    readonly seed: number;
    /** With all of its parameters. @defaultValue SGD with momentum 0.9 */
    readonly optimizer?: OptimizerSettings;
  };
}

/** Settings without the folder of the data set: nobody else's machine has it, and it changes no number. */
export function withoutPlaces<T>(settings: T): T {
  return JSON.parse(JSON.stringify(settings, (key, value: unknown) => (key === "dataDir" ? undefined : value))) as T;
}

/**
 * What the settings of a run mean to `train`.
 *
 * @param methods those that the run can name
 * @throws InputError for an unknown method or optimizer, or parameters that it does not take
 */
export function trainingSettings(
  { method, training }: RunSettings,
  methods: readonly MethodMaker[] = METHODS,
): TrainingSettings {
  const { optimizer, ...others } = training;
  return {
    ...others,
    ...(optimizer && { optimizer: makeOptimizer(optimizer) }),
    method: makeMethod(method, methods),
  };
}

/** Where the settings of two runs, or evaluations, differ, places of files aside: `["training.epochs: 4, not 9"]`, the first one's value first. */
export function differences<T extends RunSettings | Readonly<Record<string, unknown>>>(kept: T, asked: T): string[] {
  return compare("", withoutPlaces(kept), withoutPlaces(asked));
}

function compare(path: string, kept: unknown, asked: unknown): string[] {
  if (stableJson(kept ?? null) === stableJson(asked ?? null)) return [];
  const text = (value: unknown): string => (value === undefined ? "none" : JSON.stringify(value));
  if (!isObject(kept) || !isObject(asked)) return [`${path}: ${text(kept)}, not ${text(asked)}`];
  // Of two methods, or two schedules, nobody compares the parameters.
  const kind = ["id", "shape"].find((key) => key in kept && key in asked && kept[key] !== asked[key]);
  if (kind !== undefined) return [`${path}: ${text(kept[kind])}, not ${text(asked[kind])}`];
  const names = [...new Set([...Object.keys(kept), ...Object.keys(asked)])];
  return names.flatMap((name) => compare(path === "" ? name : `${path}.${name}`, kept[name], asked[name]));
}
