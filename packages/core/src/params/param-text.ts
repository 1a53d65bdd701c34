import { InputError, lookUp, show } from "../errors.ts";
import { parseNumber } from "./number.ts";
import { resolveParams, whatItTakes } from "./resolve.ts";
import type { ParamSchema, ParamsGiven, ParamSpec, ParamValue } from "./schema.ts";

/**
 * The values that texts mean, as they stand after a name on the command line: `steps=40` is a number where `steps` is one.
 * Lists are written `0.1+0.2+0.3` and `gate:0.1+relu`, tables `20x100+20x1000`.
 *
 * @param owner named in errors
 * @throws InputError for an unknown name, or a text that is no value of its parameter
 */
export function parseParams<S extends ParamSchema>(
  owner: string,
  schema: S,
  texts: Readonly<Record<string, string>>,
): ParamsGiven<S> {
  const given: Record<string, ParamValue> = {};
  for (const [name, text] of Object.entries(texts)) {
    const spec: ParamSpec = lookUp(`parameter of ${owner}`, name, schema);
    given[name] = valueOf(text, spec) ?? refuse(owner, name, text, spec);
  }
  resolveParams(owner, schema, given as ParamsGiven<S>);
  return given as ParamsGiven<S>;
}

/** The texts of those parameters that are not the default: what {@link parseParams} reads back. */
export function formatParams(schema: ParamSchema, params: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, spec] of Object.entries(schema)) {
    const value = (params[name] ?? spec.default) as ParamValue;
    const text = formatValue(value);
    if (text !== formatValue(spec.default)) texts[name] = text;
  }
  return texts;
}

/** Undefined when the text is no value of this type. */
function valueOf(text: string, spec: ParamSpec): ParamValue | undefined {
  switch (spec.type) {
    case "number":
    case "integer":
      return numberOf(text);
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "string":
    case "choice":
      return text;
    case "length":
      return numberOf(text) ?? text;
    case "numbers":
      return listOf(text, numberOf);
    case "strings":
      return listOf(text, (part) => part.trim());
    case "stages":
      return listOf(text, (row) => all(row.split("x").map(numberOf)));
  }
}

function numberOf(text: string): number | undefined {
  const number = parseNumber(text);
  return Number.isNaN(number) ? undefined : number;
}

/** A plus sign in an exponent, as in `1e+3`, separates nothing. */
function listOf<T>(text: string, read: (part: string) => T | undefined): readonly T[] | undefined {
  return all(text.split(/(?<!\de)\+/i).map(read));
}

function all<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  return values.every((value) => value !== undefined) ? (values as readonly T[]) : undefined;
}

/** A value as {@link parseParams} reads it. */
export function formatValue(value: ParamValue): string {
  if (!Array.isArray(value)) return String(value);
  return (value as readonly (number | string | readonly number[])[])
    .map((each) => (Array.isArray(each) ? each.join("x") : String(each)))
    .join("+");
}

function refuse(owner: string, name: string, text: string, spec: ParamSpec): never {
  const how = HOW_WRITTEN[spec.type];
  throw new InputError(
    `Parameter ${name} of ${owner} is ${show(text)}. It takes ${whatItTakes(spec)}${how ? `, written ${how}` : ""}.`,
  );
}

const HOW_WRITTEN: Partial<Record<ParamSpec["type"], string>> = {
  numbers: "0.1+0.2+0.3",
  strings: "a+b+c",
  stages: "20x100+20x1000",
};
