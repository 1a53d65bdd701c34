import { InputError, show } from "@kwta/core";

/** @throws InputError unless `value` is a whole number of at least `least` and at most `most` */
export function checkWhole(what: string, value: number, least: number, most: number = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new InputError(`${what} is ${show(value)}; give a whole number ${range}.`);
}

/** @throws InputError unless `value` is usable as a seed */
export function checkSeed(value: number): void {
  checkWhole("The seed", value, Number.MIN_SAFE_INTEGER);
}
