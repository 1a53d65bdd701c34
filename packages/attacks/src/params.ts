import { InputError, lookUp, show } from "@kwta/core";
import { parseFraction } from "./threat-model.ts";

/** What a parameter can hold. */
export type ParamValue = number | string | boolean | readonly number[] | readonly (readonly number[])[];

/** The resolved parameters of an attack. */
export type Params = Readonly<Record<string, ParamValue>>;

/** One parameter: type, default, limits and help, from which checks, command-line flags and forms are made. */
export type ParamSpec = {
  /** One line for help texts and forms. */
  readonly description: string;
} & (
  | {
      readonly type: "number";
      readonly default: number;
      readonly min?: number;
      readonly max?: number;
      readonly unit?: string;
    }
  | {
      readonly type: "integer";
      readonly default: number;
      readonly min?: number;
      readonly max?: number;
      readonly unit?: string;
    }
  | { readonly type: "boolean"; readonly default: boolean }
  | { readonly type: "string"; readonly default: string }
  | { readonly type: "choice"; readonly default: string; readonly choices: readonly string[] }
  /** A distance: in units of the data (`0.03`, `"8/255"`) or of eps (`"0.1 eps"`); see {@link parseLength}. */
  | { readonly type: "length"; readonly default: number | string }
  /** A list with at least one number; the limits are those of each. */
  | { readonly type: "numbers"; readonly default: readonly number[]; readonly min?: number; readonly max?: number }
  /** A table of whole numbers of at least 1, one row per stage of the attack. */
  | {
      readonly type: "stages";
      readonly default: readonly (readonly number[])[];
      readonly columns: readonly string[];
    }
);

/** The spec of one type: `SpecOf<"integer">`. */
export type SpecOf<T extends ParamSpec["type"]> = Extract<ParamSpec, { readonly type: T }>;

/** The parameters of an attack, by name. */
export type ParamSchema<P extends Params = Params> = { readonly [K in keyof P]: ParamSpec };

/** The types of the resolved parameters that a schema describes. */
export type ParamsOf<S extends ParamSchema> = {
  readonly [K in keyof S]: S[K] extends { choices: readonly (infer Choice extends string)[] }
    ? Choice
    : {
        number: number;
        integer: number;
        boolean: boolean;
        string: string;
        length: number | string;
        numbers: readonly number[];
        stages: readonly (readonly number[])[];
      }[Exclude<S[K]["type"], "choice">];
};

/**
 * Fills in the defaults and checks every value.
 *
 * @param owner named in errors
 * @throws InputError for an unknown name (the nearest one is offered), a wrong type or a value out of range
 */
export function resolveParams<P extends Params>(
  owner: string,
  schema: ParamSchema<P>,
  given: Partial<P> = {},
): Readonly<P> {
  for (const name of Object.keys(given)) lookUp(`parameter of ${owner}`, name, schema);
  const entries = Object.entries(schema as ParamSchema).map(([name, spec]) => {
    const value = (given as Partial<Params>)[name] ?? spec.default;
    const complaint = complaintAbout(value, spec);
    if (complaint !== undefined) {
      throw new InputError(`Parameter ${name} of ${owner} is ${show(value)}. It takes ${complaint}.`);
    }
    return [name, value] as const;
  });
  return Object.freeze(Object.fromEntries(entries)) as Readonly<P>;
}

/**
 * The length that a `"length"` parameter means: a number or fraction in units of the data, or a multiple of eps.
 *
 * @example
 * ```ts
 * parseLength("8/255", 0.1); // 0.0313725...
 * parseLength("0.5 eps", 0.1); // 0.05
 * ```
 */
export function parseLength(length: number | string, eps: number): number {
  if (typeof length === "number") return length;
  const relative = /^(.*\S)?\s*eps$/.exec(length.trim());
  return relative === null ? parseFraction(length) : parseFraction(relative[1] ?? "1") * eps;
}

/** What a value should have been, or undefined when it is right. */
function complaintAbout(value: unknown, spec: ParamSpec): string | undefined {
  switch (spec.type) {
    case "number":
    case "integer":
      return fits(value, spec) ? undefined : rangeText(`a${spec.type === "integer" ? " whole" : ""} number`, spec);
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "string":
      return typeof value === "string" ? undefined : "text";
    case "choice":
      return spec.choices.includes(value as string) ? undefined : `one of ${spec.choices.join(", ")}`;
    case "length":
      return isLength(value)
        ? undefined
        : 'a positive number, a fraction such as "8/255", or a share such as "0.1 eps"';
    case "numbers":
      return isList(value, (each) => fits(each, spec)) ? undefined : rangeText("a list of numbers", spec);
    case "stages":
      return isList(value, (row) => isList(row, isCount) && row.length === spec.columns.length)
        ? undefined
        : `a list of stages [${spec.columns.join(", ")}], whole numbers of at least 1`;
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

function isLength(value: unknown): boolean {
  if (typeof value !== "number" && typeof value !== "string") return false;
  const length = parseLength(value, 1);
  return Number.isFinite(length) && length > 0;
}

function rangeText(what: string, { min, max }: Bounded): string {
  if (min !== undefined && max !== undefined) return `${what} from ${min} to ${max}`;
  if (min !== undefined) return `${what} of at least ${min}`;
  return max === undefined ? what : `${what} of at most ${max}`;
}
