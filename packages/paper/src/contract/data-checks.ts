import { isObject, show } from "@kwta/core";

/** Looks at a value; throws a {@link Mismatch} when it is not what is expected at `path`. */
export type Check = (value: unknown, path: string) => void;

/** What was found, where, and what was expected. */
export class Mismatch extends Error {}

function expecting(expected: string, holds: (value: unknown) => boolean): Check {
  return (value, path) => {
    if (!holds(value)) throw new Mismatch(`${path} is ${show(value)}, expected ${expected}`);
  };
}

export const text: Check = expecting("a text", (value) => typeof value === "string");
export const number: Check = expecting("a finite number", isNumber);
export const positive: Check = expecting("a number above 0", (value) => isNumber(value) && value > 0);
export const numberOrNull: Check = expecting("a finite number, or null", (value) => value === null || isNumber(value));
export const share: Check = expecting("a number from 0 to 1", (value) => isNumber(value) && value >= 0 && value <= 1);
export const flag: Check = expecting("true or false", (value) => typeof value === "boolean");
export const whole: Check = expecting(
  "a whole number from 0",
  (value) => Number.isInteger(value) && Number(value) >= 0,
);

export function oneOf(...words: readonly string[]): Check {
  const named = words.map((word) => JSON.stringify(word)).join(", ");
  return expecting(`one of ${named}`, (value) => words.includes(value as string));
}

/** An object that has each of the fields. Others are allowed. */
export function object(fields: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    if (!isObject(value)) throw new Mismatch(`${path} is ${show(value)}, expected an object`);
    for (const [name, check] of Object.entries(fields)) {
      if (!Object.hasOwn(value, name)) throw new Mismatch(`${path}.${name} is missing`);
      check(value[name], `${path}.${name}`);
    }
  };
}

/** A list of `least` elements or more. */
export function list(check: Check, least = 0): Check {
  return (value, path) => {
    if (!Array.isArray(value)) throw new Mismatch(`${path} is ${show(value)}, expected a list`);
    if (value.length < least) throw new Mismatch(`${path} has ${value.length} elements, expected at least ${least}`);
    value.forEach((element, i) => check(element, `${path}[${i}]`));
  };
}

/** Numbers, each larger than the one before. */
export const increasing: Check = (value, path) => {
  list(number, 2)(value, path);
  const numbers = value as readonly number[];
  const at = numbers.findIndex((element, i) => i > 0 && element <= numbers[i - 1]!);
  if (at > 0) throw new Mismatch(`${path}[${at}] is not larger than the number before it`);
};

export function orNull(check: Check): Check {
  return (value, path) => {
    if (value !== null) check(value, path);
  };
}

/** First `check`, then what holds between parts of the value, which by then has the type T. */
export function also<T>(check: Check, between: (value: T, path: string) => void): Check {
  return (value, path) => {
    check(value, path);
    between(value as T, path);
  };
}

/** Two lists of one length. */
export function sameLength(values: readonly unknown[], path: string, other: readonly unknown[], of: string): void {
  if (values.length === other.length) return;
  throw new Mismatch(`${path} has ${values.length} elements, expected ${other.length}, one for each of ${of}`);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
