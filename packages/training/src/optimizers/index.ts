import {
  formatParams,
  formatSpec,
  InputError,
  isObject,
  lookUp,
  parseParams,
  parseSpec,
  show,
  type Params,
} from "@kwta/core";
import { adam } from "./adam.ts";
import { adamw } from "./adamw.ts";
import { toOptimizer, type Optimizer, type OptimizerMaker } from "./optimizer.ts";
import { sgd } from "./sgd.ts";

/** The optimizers of this package. The command line, run files and the docs come from this list. */
export const OPTIMIZERS: readonly OptimizerMaker[] = [sgd, adam, adamw];

/** An optimizer as data, as run files hold it. */
export interface OptimizerSettings {
  readonly id: string;
  readonly params: Params;
}

/**
 * The optimizer that a text means: `"sgd:momentum=0.9,weightDecay=5e-4"`.
 *
 * @throws InputError for an unknown optimizer or parameter (the nearest is offered), and values that cannot be used
 */
export function parseOptimizer(text: string): Optimizer {
  const { name, params } = parseSpec("optimizer", text);
  const maker = find(name);
  return maker(parseParams(`the optimizer ${name}`, maker.schema, params));
}

/** The text that {@link parseOptimizer} reads as this optimizer. */
export function formatOptimizer({ id, params }: OptimizerSettings): string {
  return formatSpec({ name: id, of: [], params: formatParams(find(id).schema, params) });
}

/**
 * Makes an optimizer from what a run file says of it.
 *
 * @throws InputError as {@link parseOptimizer} does
 */
export function makeOptimizer(settings: OptimizerSettings): Optimizer {
  if (!isObject(settings) || !isObject(settings.params)) {
    throw new InputError(
      `The optimizer is ${show(settings)}; give { id, params }. Known: ${OPTIMIZERS.map(({ id }) => id).join(", ")}.`,
    );
  }
  return find(settings.id)(settings.params);
}

/** An optimizer as data. */
export function optimizerSettings(optimizer: Optimizer | OptimizerMaker): OptimizerSettings {
  const { id, params } = toOptimizer(optimizer);
  return { id, params };
}

function find(id: string): OptimizerMaker {
  return lookUp("optimizer", id, Object.fromEntries(OPTIMIZERS.map((maker) => [maker.id, maker])));
}
