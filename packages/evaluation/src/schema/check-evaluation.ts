import { Validator } from "@cfworker/json-schema";
import { InputError, isObject, show } from "@kwta/core";
import type { Evaluation } from "../evaluation.ts";
import { EVALUATION_SCHEMA } from "./evaluation-schema.ts";

/**
 * Checks that a value read from a file is an {@link Evaluation}: by its JSON Schema, and that its arrays and positions fit
 * the number of samples.
 *
 * @param source named in errors
 * @throws InputError that says what is wrong, and where
 */
export function checkEvaluation(value: unknown, source: string): Evaluation {
  const schema = isObject(value) ? value["schema"] : undefined;
  if (schema !== NEWEST) throw new InputError(`${source} ${whatItIs(schema)}`);
  validator ??= new Validator(EVALUATION_SCHEMA, "2020-12");
  const { valid, errors } = validator.validate(value);
  if (!valid) {
    // The last one is the innermost.
    const { instanceLocation, error } = errors.at(-1)!;
    throw damaged(source, `at ${instanceLocation.slice(1) || "/"}: ${error}`);
  }
  const evaluation = value as Evaluation;
  for (const [what, length] of lengths(evaluation)) {
    if (length !== evaluation.n) throw damaged(source, `${what} has ${length} entries for ${evaluation.n} samples`);
  }
  checkAttacked(evaluation, source);
  return evaluation;
}

const NEWEST: Evaluation["schema"] = "kwta-evaluation@3";
let validator: Validator | undefined;

function whatItIs(schema: unknown): string {
  if (typeof schema === "string" && /^kwta-evaluation@[12]$/.test(schema)) {
    return `was written by an older version of kwta (${schema}); run kwta evaluate again.`;
  }
  if (typeof schema === "string" && /^kwta-evaluation@\d+$/.test(schema)) {
    return `was written by a newer version of kwta (${schema}, here is ${NEWEST}); install that one.`;
  }
  return `is not the report.json of an evaluation: its schema is ${show(schema)}, not "${NEWEST}".`;
}

function damaged(source: string, why: string): InputError {
  return new InputError(`${source} is damaged, ${why}. Run kwta evaluate again: finished work is kept.`);
}

function lengths({ samples, totals, minimumNorm }: Evaluation): [what: string, length: number][] {
  const along = { ...samples, queriesOf: totals.queriesOf, gradientsOf: totals.gradientsOf };
  const arrays: [string, readonly unknown[]][] = Object.entries(along);
  if (minimumNorm !== undefined) arrays.push(["minimumNorm.distances", minimumNorm.distances]);
  return arrays.map(([what, array]) => [what, array.length]);
}

/** Positions name samples, and what is said of the attacked samples is said of each. */
function checkAttacked({ n, attacks, cleanErrors, robust }: Evaluation, source: string): void {
  const fits = (positions: readonly number[]): boolean => positions.every((position) => position < n);
  if (!fits(cleanErrors)) throw damaged(source, "cleanErrors names samples that are not there");
  for (const { eps, broken } of robust) {
    if (!fits(broken)) throw damaged(source, `at eps ${eps} samples are broken that are not there`);
  }
  for (const { id, at, nearest } of attacks) {
    for (const run of nearest === undefined ? at : [...at, nearest]) {
      const { attacked, broke, predicted, margins, distances, queries, gradients, images } = run;
      const isWhole =
        fits([...attacked, ...broke, ...images.map(({ position }) => position)]) &&
        [predicted, margins, distances, queries, gradients].every(({ length }) => length === attacked.length);
      if (!isWhole) throw damaged(source, `the attack ${show(id)} says something of samples that it was not run on`);
    }
  }
}
