import {
  formatParams,
  formatSpec,
  InputError,
  isObject,
  lookUp,
  parseNumber,
  parseParams,
  parseSpec,
  resolveParams,
  show,
  type Params,
  type ParamsOf,
} from "@kwta/core";
import { constant } from "./constant.ts";
import { cosine } from "./cosine.ts";
import { oneCycleCosine } from "./one-cycle-cosine.ts";
import { oneCycle } from "./one-cycle.ts";
import type { Position, ScheduleShape } from "./schedule.ts";
import { steps } from "./steps.ts";

/** The shapes of learning rates. The command line, run files and the docs come from this list. */
export const SCHEDULES: readonly ScheduleShape[] = [oneCycle, oneCycleCosine, steps, cosine, constant];

/** A schedule as data: a shape, and those of its parameters that are not the default. */
export type Schedule = {
  readonly [K in keyof ScheduleShapes]: { readonly shape: K } & Partial<ParamsOf<ScheduleShapes[K]["schema"]>>;
}[keyof ScheduleShapes];

/** The shapes by name. */
export interface ScheduleShapes {
  constant: typeof constant;
  cosine: typeof cosine;
  "one-cycle": typeof oneCycle;
  "one-cycle-cosine": typeof oneCycleCosine;
  steps: typeof steps;
}

/** The learning rate over a training: a number for a constant one, or a schedule. */
export type LearningRate = number | Schedule;

/** The learning rate for one step. */
export function learningRateAt(rate: LearningRate, position: Position): number {
  if (typeof rate === "number") return rate;
  const { found, params } = resolve(rate);
  return found.rateAt(params, position);
}

/**
 * @param epochs of the training, where it is known
 * @throws InputError for an unknown shape or parameter, a value out of range, a rate that is never positive, and one that would
 *   never be reached
 */
export function checkLearningRate(rate: LearningRate, epochs: number = Infinity): void {
  if (typeof rate !== "number") {
    if (!isObject(rate)) throw new InputError(`The learning rate is ${show(rate)}; give a number or a schedule.`);
    const { params } = resolve(rate);
    for (const name of ["rate", "start", "peak", "factor"]) if (params[name] === 0) refuse(rate, name);
    const warmup = Number(params["warmup"]);
    const isShare = rate.shape.startsWith("one-cycle");
    if (isShare ? warmup > 0 && warmup < 1 : warmup < epochs) return;
    const most = isShare ? "lie between 0 and 1" : `end before the training of ${epochs} epochs does`;
    throw new InputError(`The learning rate ${show(rate)} cannot be used: its warm-up must ${most}.`);
  }
  if (!Number.isFinite(rate) || rate <= 0) refuse(rate, "it");
}

function refuse(rate: LearningRate, name: string): never {
  throw new InputError(`The learning rate ${show(rate)} cannot be used: ${name} must be a positive number.`);
}

/**
 * The schedule that a text means: `"steps:start=0.1,factor=0.1,epochs=50+75"`, or a number for a constant rate.
 *
 * @throws InputError for an unknown shape or parameter (the nearest is offered), and values that cannot be used
 */
export function parseSchedule(text: string): LearningRate {
  const number = parseNumber(text);
  const { name, params } = Number.isNaN(number) ? parseSpec("schedule", text) : { name: "constant", params: {} };
  const own = parseParams(`the schedule ${name}`, find(name).schema, params);
  const rate = (Number.isNaN(number) ? { shape: name, ...own } : number) as LearningRate;
  checkLearningRate(rate);
  return rate;
}

/** The text that {@link parseSchedule} reads as this. */
export function formatSchedule(rate: LearningRate): string {
  if (typeof rate === "number") return String(rate);
  const { shape, ...params } = rate;
  return formatSpec({ name: shape, of: [], params: formatParams(find(shape).schema, params) });
}

function resolve(schedule: Schedule): { found: ScheduleShape; params: Params } {
  const { shape, ...given } = schedule;
  const found = find(shape);
  return { found, params: resolveParams(`the schedule ${shape}`, found.schema, given) };
}

function find(shape: string): ScheduleShape {
  return lookUp("schedule", shape, Object.fromEntries(SCHEDULES.map((each) => [each.id, each])));
}
