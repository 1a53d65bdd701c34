import { checkWhole, InputError, isObject, lookUp, show } from "@kwta/core";
import { BACKEND, checkOption, type JobCommand } from "../jobs/job-options.ts";
import { gridSize } from "./grid.ts";
import { SWEEP_SCHEMA, type SettingValue, type SweepDefinition, type SweepSettings } from "./sweep-definition.ts";

const KEYS: Readonly<Record<keyof SweepDefinition, true>> = {
  schema: true,
  backend: true,
  memory: true,
  gpu: true,
  train: true,
  evaluate: true,
  split: true,
};

/** More would be a slip of the pen. */
const MOST_POINTS = 100_000;

/**
 * A sweep from a value that somebody wrote.
 *
 * @param source named in errors: its file
 * @throws InputError that says where it is none
 */
export function readSweep(value: unknown, source = "The sweep"): SweepDefinition {
  if (!isObject(value)) throw new InputError(`${source} is ${show(value)}, not an object with "train" or "evaluate".`);
  for (const key of Object.keys(value)) lookUp(`key of ${source}`, key, KEYS);
  const { schema = SWEEP_SCHEMA, backend, memory, gpu, train, evaluate, split } = value;
  if (schema !== SWEEP_SCHEMA) {
    throw new InputError(`${source} has the schema ${show(schema)}; this version of kwta reads "${SWEEP_SCHEMA}".`);
  }
  if (backend !== undefined && !(typeof backend === "string" && BACKEND.test(backend))) {
    throw new InputError(`backend of ${source} is ${show(backend)}; give one as --backend takes it, such as "wasm".`);
  }
  if (memory !== undefined && !(typeof memory === "number" && memory > 0 && memory <= 4096)) {
    throw new InputError(`memory of ${source} is ${show(memory)}; give a number of GiB, such as 2.`);
  }
  if (gpu !== undefined && typeof gpu !== "boolean") {
    throw new InputError(`gpu of ${source} is ${show(gpu)}; give true or false.`);
  }
  if (split !== undefined) checkWhole(`split of ${source}`, split as number);
  const trainings = readGrids("train", train, source);
  const evaluations = readGrids("evaluate", evaluate, source);
  if (trainings.length + evaluations.length === 0) {
    throw new InputError(`${source} asks for nothing. Give it "train", "evaluate", or both.`);
  }
  if (trainings.length === 0 && evaluations.some((each) => each["model"] === undefined)) {
    throw new InputError(`${source} evaluates without saying what. Give "evaluate" a "model", or add "train".`);
  }
  checkSize(trainings, evaluations, source);
  return value as SweepDefinition;
}

/** For TypeScript: checks a definition, so that `export default defineSweep({ ... })` is refused where it is written. */
export function defineSweep(definition: SweepDefinition): SweepDefinition {
  return readSweep(definition);
}

/** The grids of a command; none where it is left out. */
export function gridsOf(value: SweepSettings | readonly SweepSettings[] | undefined): readonly SweepSettings[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly SweepSettings[]) : [value as SweepSettings];
}

function readGrids(command: JobCommand, value: unknown, source: string): readonly SweepSettings[] {
  const grids = gridsOf(value as SweepSettings | undefined) as readonly unknown[];
  for (const grid of grids) {
    if (!isObject(grid)) {
      throw new InputError(
        `${command} of ${source} is ${show(grid)}; give options by name, such as { "seed": [0, 1] }.`,
      );
    }
    for (const [name, given] of Object.entries(grid)) readAxis(command, name, given);
  }
  return grids as readonly SweepSettings[];
}

function readAxis(command: JobCommand, name: string, given: unknown): void {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (values.length === 0) throw new InputError(`${name} of ${command} is an empty list. Give it a value.`);
  for (const value of values) {
    if (!["string", "number", "boolean"].includes(typeof value)) {
      throw new InputError(`${name} of ${command} is ${show(value)}; give a text, a number, true or false.`);
    }
    // Files and addresses are for the machine that the sweep was written on: what is sent elsewhere is checked again.
    if (command === "evaluate" && name === "model") continue;
    checkOption(command, name, String(value as SettingValue));
  }
}

function checkSize(train: readonly SweepSettings[], evaluate: readonly SweepSettings[], source: string): void {
  const count = (grids: readonly SweepSettings[]): number => grids.reduce((sum, grid) => sum + gridSize(grid), 0);
  const own = evaluate.filter((each) => each["model"] !== undefined);
  const size = count(train) * (1 + count(evaluate) - count(own)) + count(own);
  if (size <= MOST_POINTS) return;
  throw new InputError(`${source} asks for ${size} trainings and evaluations; up to ${MOST_POINTS} are taken.`);
}
