import type { Length } from "./length.ts";

/** What a parameter can hold. */
export type ParamValue =
  | number
  | string
  | boolean
  | readonly number[]
  | readonly string[]
  | readonly (readonly number[])[];

/** Resolved parameters by name. */
export type Params = Readonly<Record<string, ParamValue>>;

/**
 * One parameter: type, default, limits and help, from which checks, types, the grammar of the command line, help texts and
 * forms are made.
 */
export type ParamSpec = {
  /** One line for help texts and forms. */
  readonly description: string;
} & (
  | { readonly type: "number"; readonly default: number; readonly min?: number; readonly max?: number }
  | { readonly type: "integer"; readonly default: number; readonly min?: number; readonly max?: number }
  | { readonly type: "boolean"; readonly default: boolean }
  | { readonly type: "string"; readonly default: string }
  | { readonly type: "choice"; readonly default: string; readonly choices: readonly string[] }
  /**
   * A positive {@link Length}, or 0 where `zero` is true; one that is not `relative` knows no eps, since it may be eps
   * itself.
   */
  | { readonly type: "length"; readonly default: Length; readonly relative?: boolean; readonly zero?: boolean }
  /** A list with at least one number; the limits are those of each. */
  | { readonly type: "numbers"; readonly default: readonly number[]; readonly min?: number; readonly max?: number }
  /** A list with at least one text; none of them holds a "+", which separates them on the command line. */
  | { readonly type: "strings"; readonly default: readonly string[] }
  /** A table of whole numbers of at least 1, one row for each stage of the work. */
  | {
      readonly type: "stages";
      readonly default: readonly (readonly number[])[];
      readonly columns: readonly string[];
    }
);

/** Everything that can be set of a thing, by name: an attack, a training method, a protocol, a backend. */
export type ParamSchema = Readonly<Record<string, ParamSpec>>;

/** The types of the resolved parameters that a schema describes; write the schema `as const`. */
export type ParamsOf<S extends ParamSchema> = {
  readonly [K in keyof S]: S[K] extends { readonly choices: readonly (infer Choice extends string)[] }
    ? Choice
    : {
        number: number;
        integer: number;
        boolean: boolean;
        string: string;
        length: Length;
        numbers: readonly number[];
        strings: readonly string[];
        stages: readonly (readonly number[])[];
      }[Exclude<S[K]["type"], "choice">];
};

/** What a person gives of them: some. `undefined` counts as not given. */
export type ParamsGiven<S extends ParamSchema> = { readonly [K in keyof S]?: ParamsOf<S>[K] | undefined };
