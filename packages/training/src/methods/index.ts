import { formatParams, formatSpec, lookUp, parseParams, parseSpec, type Params } from "@kwta/core";
import { adversarial } from "./adversarial.ts";
import { alp } from "./alp.ts";
import { fast } from "./fast.ts";
import { free } from "./free.ts";
import { incremental } from "./incremental.ts";
import { mart } from "./mart.ts";
import { toMethod, type MethodMaker, type TrainingMethod } from "./method.ts";
import { standard } from "./standard.ts";
import { trades } from "./trades.ts";

/** The training methods of this package. The command line, run files and the docs come from this list. */
export const METHODS: readonly MethodMaker[] = [standard, adversarial, trades, mart, free, fast, alp, incremental];

/** A method as data, as run files hold it. */
export interface MethodSettings {
  readonly id: string;
  readonly params: Params;
}

/**
 * The method that a text means: `"adversarial:eps=8/255,steps=7"`.
 *
 * @throws InputError for an unknown method or parameter (the nearest is offered), and values that cannot be used
 */
export function parseMethod(text: string, known: readonly MethodMaker[] = METHODS): TrainingMethod {
  const { name, params } = parseSpec("training method", text);
  const maker = find(name, known);
  return maker(parseParams(`the training method ${name}`, maker.schema, params));
}

/** The text that {@link parseMethod} reads as this method. */
export function formatMethod({ id, params }: MethodSettings, known: readonly MethodMaker[] = METHODS): string {
  return formatSpec({ name: id, of: [], params: formatParams(find(id, known).schema, params) });
}

/**
 * Makes a method from what a run file says of it.
 *
 * @throws InputError as {@link parseMethod} does
 */
export function makeMethod({ id, params }: MethodSettings, known: readonly MethodMaker[] = METHODS): TrainingMethod {
  return find(id, known)(params);
}

/** A method as data. */
export function methodSettings(method: TrainingMethod | MethodMaker): MethodSettings {
  const { id, params } = toMethod(method);
  return { id, params };
}

function find(id: string, known: readonly MethodMaker[]): MethodMaker {
  return lookUp("training method", id, Object.fromEntries(known.map((maker) => [maker.id, maker])));
}
