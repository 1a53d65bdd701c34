import { InputError, show, type Length } from "@kwta/core";
import type { Bounds } from "../norms/bounds.ts";
import type { Attack } from "./attack.ts";

/**
 * Asks about a length that seems to be a share of the data range while it is in the units of the data: `"8/255"` where the
 * data go from 0 to 255.
 *
 * @throws InputError that says what to write instead
 */
export function checkUnits(what: string, length: Length, { min, max }: Bounds): void {
  const range = max - min;
  const [, numerator, denominator] = typeof length === "string" ? (/^([^/]+)\/([^/]+)$/.exec(length.trim()) ?? []) : [];
  // 256 levels go from 0 to 255.
  if (numerator === undefined || range <= 1 || Math.abs(Number(denominator) - range) > 1) return;
  throw new InputError(
    `${what} is ${show(length)}, but the data range is [${min}, ${max}], and lengths are in its units. ` +
      `Write ${numerator.trim()} for that share of the range.`,
  );
}

/** {@link checkUnits} of every length among the parameters of an attack and of those that it is made of. */
export function checkLengths({ id, schema, params, of }: Attack, bounds: Bounds): void {
  for (const [name, { type }] of Object.entries(schema)) {
    if (type === "length") checkUnits(`${name} of ${id}`, params[name] as Length, bounds);
  }
  for (const each of of) checkLengths(each, bounds);
}
