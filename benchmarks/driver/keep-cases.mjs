// @ts-check
import { InputError, lookUp } from "@kwta/core";
/** @import { Filters } from "./types.ts" */

/**
 * The cases that filters leave: those whose work has one of the values that were asked for.
 *
 * @template {{ readonly work: object }} C
 * @param {string} benchmark
 * @param {readonly C[]} cases
 * @param {Filters} only
 * @throws {InputError} for a filter or a value that no case has
 */
export function keepCases(benchmark, cases, only) {
  return Object.entries(only).reduce((kept, [key, wanted]) => {
    const valueOf = (/** @type {C} */ { work }) => /** @type {Record<string, string | undefined>} */ (work)[key];
    const known = Object.fromEntries(cases.flatMap((each) => valueOf(each) ?? []).map((value) => [value, value]));
    if (Object.keys(known).length === 0)
      throw new InputError(`The cases of ${benchmark} have no ${key}. Leave out --${key}.`);
    const values = new Set(wanted.map((name) => lookUp(key, name, known)));
    return kept.filter((each) => values.has(valueOf(each) ?? ""));
  }, cases);
}
