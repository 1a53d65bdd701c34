import { InputError, lookUp, show } from "./errors.ts";

/**
 * A whole number from `least` to `most`.
 *
 * @throws InputError for anything else
 */
export function checkWhole(what: string, value: number, least = 1, most: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new InputError(`${what} is ${show(value)}; give a whole number ${range}.`);
}

/** @throws InputError unless `value` is usable as a seed: a whole number of either sign */
export function checkSeed(value: number): number {
  return checkWhole("The seed", value, Number.MIN_SAFE_INTEGER);
}

/** @throws InputError for options that are no object, and for an option that does not exist: the nearest one is offered */
export function checkOptions(owner: string, options: object, known: Readonly<Record<string, true>>): void {
  if (!isObject(options)) {
    const names = Object.keys(known).join(", ");
    throw new InputError(`The options of ${owner} are ${show(options)}. Give an object, with some of: ${names}.`);
  }
  for (const name of Object.keys(options)) lookUp(`option of ${owner}`, name, known);
}

/** Whether a value is an object as JSON has it: neither null nor an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
