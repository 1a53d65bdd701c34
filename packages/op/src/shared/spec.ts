import { inputError } from "./errors.ts";

/** How one name of a `name` or `name:argument` grammar is read. */
export interface SpecReader<T> {
  /** How it is written, for people: `kwta:GAMMA`. */
  readonly usage: string;
  /** The meaning, or undefined when the argument does not fit. May throw to say why. */
  read(argument: string | undefined): T | undefined;
}

/** Reads `spec` by an explicit table of names; an error lists all that the table knows. */
export function parseSpec<T>(what: string, spec: string, table: Readonly<Record<string, SpecReader<T>>>): T {
  const text = String(spec);
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  const reader = Object.hasOwn(table, name) ? table[name] : undefined;
  const value = reader?.read(colon < 0 ? undefined : text.slice(colon + 1));
  if (value !== undefined) return value;
  const known = Object.values(table).map(({ usage }) => usage);
  throw inputError(
    reader
      ? `${JSON.stringify(text)} is not a complete ${what}. Write it as ${reader.usage}.`
      : `Unknown ${what} ${JSON.stringify(text)}. Known: ${known.join(", ")}.`,
  );
}

/** A decimal number such as `0.1` or `1e-3`; undefined for anything else, so that no empty or odd text becomes 0. */
export function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/**
 * Reads `VALUE[,KEY=VALUE...]`, all of them numbers.
 *
 * @returns undefined when it is something else, or a key is none of `keys`
 */
export function readNumbers<K extends string>(
  text: string | undefined,
  keys: readonly K[],
): { readonly value: number; readonly others: Readonly<Partial<Record<K, number>>> } | undefined {
  const [first, ...rest] = (text ?? "").split(",");
  const value = readNumber(first);
  const others: Partial<Record<K, number>> = {};
  for (const each of rest) {
    const [key, given] = each.split("=", 2) as [K, string | undefined];
    const number = readNumber(given);
    if (!keys.includes(key) || number === undefined || key in others) return undefined;
    others[key] = number;
  }
  return value === undefined ? undefined : { value, others };
}

/** The specs of a list with commas: `KEY=VALUE` belongs to what stands before it. */
export function splitSpecs(list: string): string[] {
  return list.split(/,(?![\w-]+=)/);
}
