import type { Refuse } from "./options.ts";

/** Longest number that is read, in bytes or in digits; longer ones cost quadratic time. */
const LONGEST = 1000;

/** Digits as Python writes them, perhaps with the `L` of Python 2. */
export function parseWhole(text: string, refuse: Refuse): number | bigint {
  const digits = text.endsWith("L") ? text.slice(0, -1) : text;
  if (digits.length > LONGEST || !/^[+-]?\d+$/.test(digits))
    refuse(`${JSON.stringify(text.slice(0, 40))} is no number`);
  return narrow(BigInt(digits));
}

/** Little-endian two's complement of any length. */
export function decodeWhole(bytes: Uint8Array, refuse: Refuse): number | bigint {
  if (bytes.length > LONGEST) refuse(`it has a whole number of ${bytes.length} bytes`);
  let hex = "0x0";
  for (let i = bytes.length - 1; i >= 0; i--) hex += bytes[i]!.toString(16).padStart(2, "0");
  return narrow(BigInt.asIntN(8 * bytes.length, BigInt(hex)));
}

/** A float as Python's `repr` writes it. */
export function parseFloating(text: string, refuse: Refuse): number {
  const named = NAMED[text];
  if (named !== undefined) return named;
  if (text.length > LONGEST || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text))
    refuse(`${JSON.stringify(text.slice(0, 40))} is no number`);
  return Number(text);
}

const NAMED: Readonly<Record<string, number>> = { inf: Infinity, "-inf": -Infinity, nan: NaN, "-nan": NaN };

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
