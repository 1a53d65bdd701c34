import { InputError, lookUp, show } from "../errors.ts";
import { parseLength } from "./length.ts";
import type { ParamSchema, ParamsGiven, ParamsOf, ParamSpec } from "./schema.ts";

/**
 * Fills in the defaults and checks every value.
 *
 * @param owner named in errors: `"pgd"`
 * @returns frozen, in the order of the schema
 * @throws InputError for an unknown name (the nearest one is offered), a wrong type or a value out of range
 */
export function resolveParams<const S extends ParamSchema>(
  owner: string,
  schema: S,
  given: ParamsGiven<S> = {},
): ParamsOf<S> {
  for (const name of Object.keys(given)) lookUp(`parameter of ${owner}`, name, schema);
  const entries = Object.entries(schema).map(([name, spec]) => {
    const value: unknown = given[name] ?? spec.default;
    if (!isAllowed(value, spec)) {
      throw new InputError(`Parameter ${name} of ${owner} is ${show(value)}. It takes ${whatItTakes(spec)}.`);
    }
    return [name, value] as const;
  });
  return Object.freeze(Object.fromEntries(entries)) as ParamsOf<S>;
}

/** What values a parameter takes, for people: `"a whole number of at least 1"`. */
export function whatItTakes(spec: ParamSpec): string {
  switch (spec.type) {
    case "number":
      return rangeText("a number", spec);
    case "integer":
      return rangeText("a whole number", spec);
    case "boolean":
      return "true or false";
    case "string":
      return "text";
    case "choice":
      return `one of ${spec.choices.join(", ")}`;
    case "length":
      return lengthText(spec);
    case "numbers":
      return rangeText("a list of numbers", spec);
    case "strings":
      return "a list of texts";
    case "stages":
      return `a list of stages [${spec.columns.join(", ")}], whole numbers of at least 1`;
  }
}

function isAllowed(value: unknown, spec: ParamSpec): boolean {
  switch (spec.type) {
    case "number":
    case "integer":
      return fits(value, spec);
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
    case "choice":
      return spec.choices.includes(value as string);
    case "length":
      return isLength(value, spec);
    case "numbers":
      return isList(value, (each) => fits(each, spec));
    case "strings":
      return isList(value, (each) => typeof each === "string" && each !== "" && !each.includes("+"));
    case "stages":
      return isList(value, (row) => isList(row, isCount) && row.length === spec.columns.length);
  }
}

interface Bounded {
  readonly min?: number;
  readonly max?: number;
}

function fits(value: unknown, { type, min = -Infinity, max = Infinity }: Bounded & { type: string }): boolean {
  if (typeof value !== "number" || !Number.isFinite(value) || value < min || value > max) return false;
  return type !== "integer" || Number.isInteger(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isList(value: unknown, test: (each: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every(test);
}

type LengthSpec = Extract<ParamSpec, { readonly type: "length" }>;

function isLength(value: unknown, { relative = true, zero = false }: LengthSpec): boolean {
  if (typeof value !== "number" && typeof value !== "string") return false;
  const length = parseLength(value, relative ? 1 : Number.NaN);
  return Number.isFinite(length) && (length > 0 || (zero && length === 0));
}

function lengthText({ relative = true, zero = false }: LengthSpec): string {
  const number = zero ? "a number of at least 0" : "a positive number";
  return `${number}, ${relative ? "" : "or "}a fraction such as "8/255"${relative ? ', or a share such as "0.1 eps"' : ""}`;
}

function rangeText(what: string, { min, max }: Bounded): string {
  if (min !== undefined && max !== undefined) return `${what} from ${min} to ${max}`;
  if (min !== undefined) return `${what} of at least ${min}`;
  return max === undefined ? what : `${what} of at most ${max}`;
}
